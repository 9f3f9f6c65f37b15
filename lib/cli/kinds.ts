import type { Command } from 'commander';
import {
  DUMP_KINDS,
  KUBECTL_GET,
  kubectlGet,
  OPTIONAL_DUMP_KINDS,
  resourceName,
} from '../linkerd/dump-kinds';
import type { Environment } from './environment';
import { printable } from '../report/wording/printable';

const WIDTH = Math.max(...OPTIONAL_DUMP_KINDS.map((kind) => resourceName(kind).length));

const HELP = `
kubectl fails and gets nothing if the cluster lacks one of the kinds, so these are left out unless
you pass --all. Add the ones your cluster has:
${OPTIONAL_DUMP_KINDS.map((kind) => `  ${resourceName(kind).padEnd(WIDTH)}  ${kind.comesWith}`).join('\n')}

Examples:
  $ namespace-jail kinds
  $ ${KUBECTL_GET} > dump.yaml
  $ ${kubectlGet('httproutes.gateway.networking.k8s.io')} \\
      > dump.yaml

Exit status: 0, or 2 for bad usage.
`;

/** `kinds`: what to read from a cluster, as `kubectl get` expects it. */
export function register(command: Command, io: Environment): void {
  command
    .description('Prints the kinds to read from a Linkerd cluster, comma-separated, for kubectl get.')
    .option('--all', 'include kinds that the cluster may lack')
    .addHelpText('after', HELP)
    .action(({ all = false }: { readonly all?: boolean }) => {
      const kinds = all ? [...DUMP_KINDS, ...OPTIONAL_DUMP_KINDS] : DUMP_KINDS;
      io.out(printable([kinds.map(resourceName).join(','), '']));
    });
}
