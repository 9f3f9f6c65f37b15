import { relative, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { INIT_FORMATS, type InitFormat } from '../report/init';
import { accountOf } from '../questions/init/outside-client';
import { emitApp } from '../questions/init/emit';
import { clusterSettings, type FoundSetting } from '../questions/init/cluster-settings';
import type { InitOptions } from '../questions/init/plan';
import { planInit } from '../questions/init/plan-init';
import { coverage } from '../cluster/coverage';
import { KUBECTL_GET } from '../linkerd/dump-kinds';
import { printable } from '../report/wording/printable';
import { commandLine } from '../report/wording/shell';
import { requireApart, writeApp } from './init-files';
import { packageSpec } from './init-package';
import {
  addInputOptions,
  writeResult,
  loadCluster,
  warnAboutInput,
  type InputOptions,
  requireNamespaces,
} from './cluster-input';
import { colorOf, UsageError, type Environment } from './environment';
import { networks } from './option-values';
import { formatOption } from './format-option';
import { namespaceOption } from './namespace-option';
import { replayWords } from './replay-arguments';
import type { Settings } from './settings';

interface Options extends InputOptions {
  readonly out: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly inject?: boolean;
  readonly apiServerNetworks?: readonly string[];
  readonly prometheus?: readonly string[];
  readonly ingress?: readonly string[];
  readonly package?: string;
  readonly output: InitFormat;
}

const HELP = `
The app has a jail for each namespace whose workloads run Linkerd's proxy or can run it. Comments in
its code say what each port was inferred from; GUESS marks what may be wrong, DOUBT what the
manifests do not say. Jails start in audit mode.

Examples:
  $ namespace-jail init manifests/
  $ namespace-jail init emojivoto.yml --out jails --inject
  $ ${KUBECTL_GET} | namespace-jail init -
  $ namespace-jail init manifests/ --node-networks 10.0.0.0/24 --dry-run

Exit status: 0 app written, 2 bad input, nothing to jail, or the folder is not empty.
`;

/** `init`: writes a cdk8s app with a jail for each namespace in the manifests. */
export function register(command: Command, io: Environment): void {
  command
    .argument('[path...]', 'manifest files or folders, or -')
    .addOption(namespaceOption('only a jail for this namespace'))
    .option('--out <folder>', 'where to write the app', 'jail')
    .option('--force', 'replace files of the same name in a folder that is not empty')
    .option('--dry-run', 'print the files instead of writing them')
    .option('--inject', 'put linkerd.io/inject: enabled on namespaces whose workloads have no proxy')
    .option('--api-server-networks <cidrs>', 'networks the API server calls webhooks from', networks)
    .option('--prometheus <account>', 'NAMESPACE/SERVICEACCOUNT that reads metrics (repeatable)', accounts)
    .option('--ingress <account>', 'NAMESPACE/SERVICEACCOUNT of an ingress controller (repeatable)', accounts)
    .option(
      '--package <spec>',
      "version of this package for the app's package.json (default: the installed one)",
    )
    .addOption(formatOption(INIT_FORMATS));
  addInputOptions(command)
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: Options) => run(paths, options, io));
}

async function run(paths: string[], options: Options, io: Environment): Promise<void> {
  const { out, output } = options;
  requireApart(io.cwd, out, [...paths, ...(options.filename ?? [])]);
  const loaded = await loadCluster(paths, options, io);
  warnAboutInput(loaded, io);
  const { namespace: asked = [] } = options;
  requireNamespaces(loaded.cluster, asked);
  const given = givenSettings(loaded.settings, options);
  const plan = planInit(loaded.cluster, planOptions(options, given));
  if (plan.namespaces.length === 0) {
    const why = plan.skipped.map(({ namespace, because }) => `  ${namespace}: ${because}`);
    const nothing = 'no namespace in these manifests can get a jail:';
    throw new UsageError(...(why.length === 0 ? [`${nothing} there are none`] : [nothing, ...why]));
  }
  const folder = resolve(io.cwd, out);
  const input = replayWords(paths, options);
  // The app has settings of its own.
  const { config: _config, ...here } = options;
  const app = emitApp(plan, {
    packageSpec: options.package ?? packageSpec(folder),
    settings: clusterSettings(loaded.cluster, given),
    input: commandLine(
      replayWords(
        paths.map((path) => seenFrom(folder, io.cwd, path)),
        {
          ...here,
          filename: (options.filename ?? []).map((path) => seenFrom(folder, io.cwd, path)),
        },
      ),
    ),
  });
  const files = app.map(({ path, text }) => ({ path, text: printable(text.split('\n')) }));
  const state = options.dryRun === true ? 'dry-run' : writeApp(io.cwd, out, files, options.force === true);
  const outcome = { plan, files, out, state, input } as const;
  writeResult(
    io,
    options,
    INIT_FORMATS[output](outcome, {
      color: colorOf(options, io),
      coverage: coverage(loaded.cluster, { namespaces: asked }),
    }),
  );
}

function planOptions(options: Options, given: readonly FoundSetting[]): InitOptions {
  const { namespace: namespaces, inject, apiServerNetworks, prometheus, ingress } = options;
  const nodes = given.find(({ key }) => key === 'nodeNetworks');
  return {
    ...(namespaces === undefined ? {} : { namespaces }),
    ...(inject === undefined ? {} : { inject }),
    ...(nodes === undefined
      ? {}
      : { nodeNetworks: nodes.value as readonly string[], nodesBecause: nodes.because }),
    ...(apiServerNetworks === undefined ? {} : { apiServerNetworks }),
    ...(prometheus === undefined ? {} : { prometheus }),
    ...(ingress === undefined ? {} : { ingress }),
  };
}

/** The settings of this run, under their keys in `namespace-jail.yaml`, and whether an option or that file has them. */
function givenSettings({ cluster, file = '' }: Settings, options: Options): FoundSetting[] {
  const { namespace: defaultNamespace, workloadsElsewhere = [], ...same } = cluster;
  const namespaces = Object.fromEntries(workloadsElsewhere.map((name) => [name, { workloads: 'elsewhere' }]));
  const settings = {
    ...same,
    ...(defaultNamespace === undefined ? {} : { defaultNamespace }),
    ...(workloadsElsewhere.length === 0 ? {} : { namespaces }),
  };
  return Object.entries(settings).map(([key, value]) => {
    const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return { key, value, because: Object.hasOwn(options, key) ? flag : file };
  });
}

/** A path relative to the app's folder; standard input is assumed to be saved as cluster.yaml. */
function seenFrom(folder: string, cwd: string, path: string): string {
  const way = relative(folder, path === '-' ? resolve(cwd, 'cluster.yaml') : resolve(cwd, path));
  return way.replaceAll('\\', '/');
}

function accounts(value: string, previous: readonly string[] | undefined): string[] {
  if (accountOf(value) !== undefined) return [...(previous ?? []), value];
  throw new InvalidArgumentError('Use NAMESPACE/SERVICEACCOUNT, such as monitoring/prometheus.');
}
