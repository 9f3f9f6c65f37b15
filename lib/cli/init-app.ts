import { relative, resolve } from 'node:path';
import type { Cluster } from '../cluster/cluster';
import type { SourceObject } from '../kubernetes/object';
import { clusterSettings, type FoundSetting } from '../questions/init/cluster-settings';
import { emitApp } from '../questions/init/emit';
import { baseFile } from '../questions/init/init-base';
import type { InitOptions, InitPlan } from '../questions/init/plan';
import { planInit } from '../questions/init/plan-init';
import { namespacesNow } from '../questions/init/without-jail';
import type { InitFormat } from '../report/init';
import { printable, type Printable } from '../report/wording/printable';
import { commandLine } from '../report/wording/shell';
import { loadCluster, requireNamespaces, warnAboutInput, type InputOptions } from './cluster-input';
import { UsageError, type Environment } from './environment';
import type { PrintableFile } from './init-files';
import { packageSpec } from './init-package';
import { replayWords } from './replay-arguments';
import type { Settings } from './settings';

/** The options of `init`, as commander passes them to its action. */
export interface Options extends InputOptions {
  readonly out: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly update?: string;
  readonly allNamespaces?: boolean;
  readonly write?: boolean;
  readonly settle?: boolean;
  readonly inject?: boolean;
  readonly apiServerNetworks?: readonly string[];
  readonly prometheus?: readonly string[];
  readonly ingress?: readonly string[];
  readonly package?: string;
  readonly output: InitFormat;
}

/** What a run of `init` makes of manifests. */
export interface PlannedApp {
  readonly cluster: Cluster;
  readonly plan: InitPlan;
  readonly files: readonly PrintableFile[];
  /** The file from which a later run tells edits. */
  readonly base: PrintableFile;
  /** The arguments that make another verb read the same manifests. */
  readonly input: readonly string[];
}

/** What differs if the app is there already. */
export interface Before {
  readonly isSplit: boolean;
  readonly judged: (objects: readonly SourceObject[]) => readonly SourceObject[];
}

/**
 * Plans an app from the manifests at the paths.
 *
 * @throws UsageError if no namespace can get a jail
 */
export async function plannedApp(
  paths: readonly string[],
  options: Options,
  io: Environment,
  out: string,
  before?: Before,
): Promise<PlannedApp> {
  const loaded = await loadCluster(paths, options, io, before?.judged);
  warnAboutInput(loaded, io);
  const { cluster } = loaded;
  requireNamespaces(cluster, options.namespace ?? []);
  const given = givenSettings(loaded.settings, options);
  const isSplit = before?.isSplit === true;
  const plan = planInit(cluster, { ...planOptions(options, given), isSplit });
  if (plan.namespaces.length === 0) {
    const why = plan.skipped.map(({ namespace, because }) => `  ${namespace}: ${because}`);
    const nothing = 'no namespace in these manifests can get a jail:';
    throw new UsageError(...(why.length === 0 ? [`${nothing} there are none`] : [nothing, ...why]));
  }
  const folder = resolve(io.cwd, out);
  // The app has settings of its own.
  const { config: _config, ...here } = options;
  const app = emitApp(plan, {
    packageSpec: options.package ?? packageSpec(folder),
    settings: clusterSettings(cluster, given),
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
  const files = app.map(({ path, text }) => ({ path, text: printedText(text) }));
  const { path, text } = baseFile({
    options: recordedWords(options),
    namespaces: namespacesNow(cluster, plan),
    files: new Map(files.map((file) => [file.path, file.text])),
  });
  return {
    cluster,
    plan,
    files,
    base: { path, text: printedText(text) },
    input: replayWords(paths, options),
  };
}

/** A text of ours with what names hide in it made visible. */
export function printedText(text: string): Printable {
  return printable(text.split('\n'));
}

/** The options of a run that a later one should have as well. What it reads, and the settings it finds, are its own. */
function recordedWords(options: Options): string[] {
  const { context: _context, config: _config, filename: _filename, exclude: _exclude, ...known } = options;
  const words = replayWords([], known);
  for (const name of options.namespace ?? []) words.push('-n', name);
  if (options.inject === true) words.push('--inject');
  if (options.apiServerNetworks !== undefined)
    words.push('--api-server-networks', options.apiServerNetworks.join(','));
  for (const account of options.prometheus ?? []) words.push('--prometheus', account);
  for (const account of options.ingress ?? []) words.push('--ingress', account);
  if (options.package !== undefined) words.push('--package', options.package);
  return words;
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
