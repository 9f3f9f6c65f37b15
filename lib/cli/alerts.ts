import type { Command } from 'commander';
import { findJails } from '../questions/jail';
import { ALERT_FORMATS, type AlertFormat } from '../report/alerts';
import {
  addInputOptions,
  loadCluster,
  requireNamespaces,
  warnAboutInput,
  writeResult,
  type InputOptions,
} from './cluster-input';
import { UsageError, type Environment } from './environment';
import { formatOption } from './format-option';
import { namespaceOption } from './namespace-option';

interface Options extends InputOptions {
  readonly namespace?: readonly string[];
  readonly output: AlertFormat;
}

const HELP = `
Without PATH and -n, the alerts are about every namespace that Prometheus scrapes.

Examples:
  $ namespace-jail alerts > namespace-jail.rules.yaml
  $ namespace-jail alerts manifests/ -o prometheusrule > rule.yaml
  $ namespace-jail alerts -n shop -o grafana > dashboard.json

Exit status: 0, or 2 for bad input or usage, or if no namespace is a jail.
`;

/** `alerts`: Prometheus rules and a Grafana dashboard for denials. */
export function register(command: Command, io: Environment): void {
  command
    .description(
      'Prints Prometheus rules, or a Grafana dashboard, for denials and for what audit alone lets in.',
    )
    .argument('[path...]', 'manifest files or folders, or -: alerts for the jails in them')
    .addOption(namespaceOption('alerts for this namespace'))
    .addOption(formatOption(ALERT_FORMATS));
  addInputOptions(command)
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: Options) => {
      const namespaces = await namespacesOf(paths, options, io);
      writeResult(io, options, ALERT_FORMATS[options.output]({ namespaces }, {}));
    });
}

async function namespacesOf(
  paths: readonly string[],
  options: Options,
  io: Environment,
): Promise<readonly string[]> {
  const { namespace: asked = [], filename = [], context } = options;
  if (paths.length + filename.length === 0 && context === undefined) return asked;
  const loaded = await loadCluster(paths, options, io);
  warnAboutInput(loaded, io);
  requireNamespaces(loaded.cluster, asked);
  const found = findJails(loaded.cluster, asked).map(({ namespace }) => namespace);
  if (found.length > 0) return found;
  throw new UsageError(
    'no namespace in these manifests is a jail, so there is nothing to alert on; name one with -n, or leave the manifests out for all',
  );
}
