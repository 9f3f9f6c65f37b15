import { Command, InvalidArgumentError, Option } from 'commander';
import { INIT_FORMATS } from '../report/init';
import { accountOf } from '../questions/init/outside-client';
import { coverage } from '../cluster/coverage';
import { KUBECTL_GET } from '../linkerd/dump-kinds';
import { requireApart, writeApp } from './init-files';
import { plannedApp, type Options } from './init-app';
import { update } from './init-update';
import { addInputOptions, writeResult } from './cluster-input';
import { colorOf, UsageError, type Environment } from './environment';
import { networks } from './option-values';
import { formatOption } from './format-option';
import { namespaceOption } from './namespace-option';

const HELP = `
The app has a jail for each namespace whose workloads run Linkerd's proxy or can run it. Comments in
its code say what each port was inferred from; GUESS marks what may be wrong, DOUBT what the
manifests do not say. Jails start in audit mode.

Examples:
  $ namespace-jail init manifests/
  $ namespace-jail init emojivoto.yml --out jails --inject
  $ ${KUBECTL_GET} | namespace-jail init -
  $ namespace-jail init manifests/ --node-networks 10.0.0.0/24 --dry-run
  $ namespace-jail init --update jail manifests/ | git apply

Exit status: 0 app written, or its update printed; 1 edits conflict with the update; 2 bad input,
nothing to jail, or the folder is not empty.
`;

/** `init`: writes a cdk8s app with a jail for each namespace in the manifests. */
export function register(command: Command, io: Environment): void {
  addOptions(command.argument('[path...]', 'manifest files or folders, or -'))
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: Options) => run(paths, options, io));
}

function addOptions(command: Command): Command {
  command
    .addOption(namespaceOption('only a jail for this namespace'))
    .option('--out <folder>', 'where to write the app', 'jail')
    .option('--force', 'replace files of the same name in a folder that is not empty')
    .option('--dry-run', 'print the files instead of writing them')
    .addOption(
      new Option(
        '--update <folder>',
        'print what a new run would change in this app, as a patch that keeps its edits',
      ).conflicts(['out', 'force', 'dryRun']),
    )
    .option('--write', 'with --update: change the files as well')
    .option('--settle', 'with --update: at conflicts keep your text from now on')
    .option('--inject', 'put linkerd.io/inject: enabled on namespaces whose workloads have no proxy')
    .option('--api-server-networks <cidrs>', 'networks the API server calls webhooks from', networks)
    .option('--prometheus <account>', 'NAMESPACE/SERVICEACCOUNT that reads metrics (repeatable)', accounts)
    .option('--ingress <account>', 'NAMESPACE/SERVICEACCOUNT of an ingress controller (repeatable)', accounts)
    .option(
      '--package <spec>',
      "version of this package for the app's package.json (default: the installed one)",
    )
    .addOption(formatOption(INIT_FORMATS));
  return addInputOptions(command);
}

async function run(paths: string[], options: Options, io: Environment): Promise<void> {
  if (options.update !== undefined) {
    await update(paths, options.update, options, io, recordedOptions);
    return;
  }
  if (options.write === true || options.settle === true) {
    throw new UsageError(
      `${options.write === true ? '--write' : '--settle'} goes with --update FOLDER; without it, init writes anyway`,
    );
  }
  const { out, output } = options;
  requireApart(io.cwd, out, [...paths, ...(options.filename ?? [])]);
  const { cluster, plan, files, base, input } = await plannedApp(paths, options, io, out);
  const state =
    options.dryRun === true ? 'dry-run' : writeApp(io.cwd, out, files, base, options.force === true);
  const outcome = { plan, files, base: base.path, out, state, input } as const;
  writeResult(
    io,
    options,
    INIT_FORMATS[output](outcome, {
      color: colorOf(options, io),
      coverage: coverage(cluster, { namespaces: options.namespace ?? [] }),
    }),
  );
}

/**
 * The options that an earlier run wrote down.
 *
 * @throws CommanderError if `init` does not take them
 */
function recordedOptions(words: readonly string[]): Partial<Options> {
  const command = addOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  command.parse(words, { from: 'user' });
  const given = Object.entries(command.opts<Options>());
  return Object.fromEntries(given.filter(([name]) => command.getOptionValueSource(name) === 'cli'));
}

function accounts(value: string, previous: readonly string[] | undefined): string[] {
  if (accountOf(value) !== undefined) return [...(previous ?? []), value];
  throw new InvalidArgumentError('Use NAMESPACE/SERVICEACCOUNT, such as monitoring/prometheus.');
}
