import { Option, type Command } from 'commander';
import {
  DUMP_KINDS,
  KUBECTL_GET,
  kubectlGet,
  OPTIONAL_DUMP_KINDS,
  resourceName,
} from '../linkerd/dump-kinds';
import type { Environment } from './environment';
import { readerRole } from './reader-role';
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
  $ namespace-jail kinds --rbac > reader.yaml

Exit status: 0, or 2 for bad usage.
`;

/** `kinds`: what to read from a cluster, as `kubectl get` expects it. */
export function register(command: Command, io: Environment): void {
  command
    .description('Prints the kinds to read from a Linkerd cluster, comma-separated, for kubectl get.')
    .option('--all', 'include kinds that the cluster may lack')
    .addOption(
      new Option(
        '--rbac',
        'print a ClusterRole, and its binding, with the rights that --context needs',
      ).conflicts('all'),
    )
    .addHelpText('after', HELP)
    .action(({ all = false, rbac = false }: { readonly all?: boolean; readonly rbac?: boolean }) => {
      if (rbac) {
        io.out(printable([...readerRole(), '']));
        return;
      }
      const kinds = all ? [...DUMP_KINDS, ...OPTIONAL_DUMP_KINDS] : DUMP_KINDS;
      io.out(printable([kinds.map(resourceName).join(','), '']));
    });
}
