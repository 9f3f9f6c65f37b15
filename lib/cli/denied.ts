import type { Command } from 'commander';
import { coverage } from '../cluster/coverage';
import { denied } from '../questions/denied/denied';
import { DENIED_FORMATS, type DeniedFormat } from '../report/denied';
import {
  addInputOptions,
  loadCluster,
  warnAboutInput,
  writeResult,
  type InputOptions,
  requireNamespaces,
} from './cluster-input';
import { colorOf, UsageError, type Environment } from './environment';
import { formatOption } from './format-option';
import { homeOf, homeOption } from './namespace-option';
import { patchFolder, writeCases } from './denied-files';
import { collect } from './option-values';
import { readSignalInput, type SignalOptions } from './signal-input';

interface Options extends InputOptions, Omit<SignalOptions, 'namespace'> {
  readonly namespace?: readonly string[];
  readonly write?: string;
  readonly patch?: string;
  readonly from?: readonly string[];
  readonly output: DeniedFormat;
}

const HELP = `
FILE is the log of Linkerd's proxies (plain or JSON; as kubectl logs --prefix, stern, logcli and
Loki print it), their metrics (linkerd diagnostics proxy-metrics, or Prometheus' answer to a query),
the table of linkerd viz authz, or an access log; all of them mixed, and in any amount.

Examples:
  $ namespace-jail denied manifests/ --from shop.log -n shop
  $ kubectl logs -n shop deploy/web -c linkerd-proxy | namespace-jail denied dump.yaml --from -
  $ namespace-jail denied manifests/ --from after.prom --before before.prom
  $ namespace-jail denied manifests/ --from shop.log -n shop -o yaml --output-file exceptions.yaml
  $ namespace-jail denied manifests/ --from shop.log -n shop --write suite.yaml --patch jails/

Exit status: 0 nobody was denied or let in by audit alone, 1 somebody was, or a line that speaks of
a denial was not understood, 2 bad input or usage.
`;

/** `denied`: who was denied, where and by what, and what would let them in. */
export function register(command: Command, io: Environment): void {
  command
    .description(
      'Reads logs and metrics of proxies: who was denied, where and by what, and what would let them in.',
    )
    .argument('[path...]', 'manifest files or folders, or -')
    .option('--from <file>', 'logs or metrics, or - (repeatable)', collect)
    .option('--before <file>', 'metrics of an earlier scrape, to count what came since (repeatable)', collect)
    .addOption(homeOption('the namespace of signals that name none'))
    .option('--write <suite>', 'add the cases to a policy suite: who must get in, and who must not')
    .option('--patch <folder>', 'add the exceptions to the app that init wrote, each marked')
    .addOption(formatOption(DENIED_FORMATS));
  addInputOptions(command)
    .addHelpText('after', HELP)
    .action((paths: string[], options: Options) => run(paths, options, io));
}

async function run(paths: readonly string[], options: Options, io: Environment): Promise<void> {
  const { from = [], output } = options;
  if (from.length === 0)
    throw new UsageError('no signals to read; pass a log or metrics with --from FILE, or --from -');
  const manifests = [...paths, ...(options.filename ?? [])];
  const isInFiles = manifests.length > 0 && !manifests.includes('-') && options.context === undefined;
  if (options.write !== undefined && !isInFiles)
    throw new UsageError('--write needs manifests in files, which the suite can name');
  // Clients of the namespace are elsewhere: all of the cluster is read.
  const { namespace: asked = [], ...input } = options;
  const home = homeOf(options);
  const signals = { ...input, ...(home === undefined ? {} : { namespace: home }) };
  const reading = await readSignalInput(from, manifests, signals, io);
  const loaded = await loadCluster(paths, input, io);
  warnAboutInput(loaded, io);
  const { cluster } = loaded;
  requireNamespaces(cluster, asked);
  const report = denied(cluster, reading);
  if (options.write !== undefined) writeCases(report, options.write, loaded, manifests, io);
  if (options.patch !== undefined) patchFolder(report, options.patch, io);
  const settings = {
    domain: cluster.config,
    color: colorOf(options, io),
    coverage: coverage(cluster, { withLinkerd: true }),
  };
  writeResult(io, options, DENIED_FORMATS[output](report, settings));
  if (report.cases.length > 0 || reading.suspicious > 0 || reading.untold > 0) io.setExit(1);
}
