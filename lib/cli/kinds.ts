import type { Command } from 'commander';
import { DUMP_KINDS, KUBECTL_GET, OPTIONAL_DUMP_KINDS, resourceName } from '../linkerd/dump-kinds';
import type { Environment } from './environment';

const WIDTH = Math.max(...OPTIONAL_DUMP_KINDS.map((kind) => resourceName(kind).length));

const HELP = `
kubectl gets nothing at all if the cluster lacks one of the kinds, so these are left out unless --all asks for them; add
those that your cluster has:
${OPTIONAL_DUMP_KINDS.map((kind) => `  ${resourceName(kind).padEnd(WIDTH)}  ${kind.comesWith}`).join('\n')}

Examples:
  $ namespace-jail kinds
  $ ${KUBECTL_GET} > cluster.yaml
  $ ${KUBECTL_GET.replace(')', '),httproutes.gateway.networking.k8s.io')} > cluster.yaml

Exit status: 0, or 2 for bad usage.
`;

/** `kinds`: what to read from a cluster, as `kubectl get` takes it. */
export function register(command: Command, io: Environment): void {
  command
    .description(
      'Prints the kinds to read from a cluster with Linkerd, separated by commas, for kubectl get.',
    )
    .option('--all', 'also the kinds that a cluster may lack')
    .addHelpText('after', HELP)
    .action(({ all = false }: { readonly all?: boolean }) => {
      const kinds = all ? [...DUMP_KINDS, ...OPTIONAL_DUMP_KINDS] : DUMP_KINDS;
      io.out(`${kinds.map(resourceName).join(',')}\n`);
    });
}
