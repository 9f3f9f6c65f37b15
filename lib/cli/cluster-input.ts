import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { Cluster } from '../cluster/cluster';
import { compareText } from '../basics/collections';
import { AGES } from '../cluster/object-order';
import type { RefusedObject } from '../cluster/stored-objects';
import { DEFAULT_POLICIES } from '../linkerd/default-policy';
import type { Printable } from '../report/wording/printable';
import { Progress, say, UsageError, type Environment } from './environment';
import { collect, domain, namespaceName, networks, networksOrNone } from './option-values';
import { allNamespacesOption } from './namespace-option';
import { readSources } from './read-sources';
import { settingsOf, type SettingOptions, type Settings } from './settings';
import type { SourceObject } from '../kubernetes/object';
import { formatProblem, InputError, type Problem } from '../basics/problem';
import { didYouMean, enumerate } from '../basics/words';

/** What {@link addInputOptions} adds, as commander passes it to an action. */
export interface InputOptions extends SettingOptions {
  readonly filename?: readonly string[];
  readonly verbose?: boolean;
  readonly outputFile?: string;
}

/**
 * The options of every verb that reads manifests. What is not given is taken from `namespace-jail.yaml`, else from a
 * `linkerd-config` ConfigMap in the input.
 */
export function addInputOptions(command: Command): Command {
  return command
    .option('-f, --filename <path>', 'a manifest file or folder, or - (repeatable)', collect)
    .option('--context <name>', 'read the cluster of this kubectl context, with kubectl, which only lists')
    .addOption(allNamespacesOption())
    .option(
      '--linkerd-namespace <name>',
      "namespace of Linkerd's control plane (default linkerd)",
      namespaceName,
    )
    .option(
      '--trust-domain <domain>',
      'trust domain, the suffix of every mesh identity (default cluster.local)',
      domain,
    )
    .option('--cluster-networks <cidrs>', "clusterNetworks, comma-separated (default Linkerd's)", networks)
    .addOption(
      new Option(
        '--default-inbound-policy <policy>',
        'the cluster-wide default (default all-unauthenticated)',
      ).choices(DEFAULT_POLICIES),
    )
    .option(
      '--probe-networks <cidrs>',
      'networks that may send probes, or none (default all)',
      networksOrNone,
    )
    .option(
      '--pod-networks <cidrs>',
      'networks of the pods, comma-separated (default those of Nodes)',
      networks,
    )
    .option(
      '--node-networks <cidrs>',
      'networks of the nodes themselves, comma-separated (default the addresses of Nodes)',
      networks,
    )
    .addOption(
      new Option(
        '--ages <how>',
        "how old competing objects without a timestamp are: unknown, or as Linkerd's index sorts (default unknown)",
      ).choices(AGES),
    )
    .option('--complete', 'the manifests are complete: what they refer to and do not have is absent')
    .option(
      '--default-namespace <name>',
      'namespace of objects that set none (default default)',
      namespaceName,
    )
    .option(
      '--exclude <glob>',
      'leave out files and folders whose name, or path in the folder, matches (*, **, ?; repeatable)',
      collect,
    )
    .option('--verbose', 'name each file of a folder that is not a manifest')
    .option('--assume-admitted', 'keep objects that admission would refuse')
    .option('--config <file>', 'settings (default: namespace-jail.yaml here or in a folder above)')
    .option('--no-config', 'read no file of settings')
    .option('--output-file <path>', 'write the result to this file instead of standard output');
}

/** A cluster as read, and notes on its manifests. */
export interface LoadedCluster {
  readonly cluster: Cluster;
  readonly notes: readonly Problem[];
  /** Files that are not manifests. */
  readonly passedOver: readonly Problem[];
  readonly isVerbose: boolean;
  readonly settings: Settings;
}

/**
 * Reads the manifests at the given paths and `--filename` into a cluster; with `--context` those are applied to what that
 * cluster has.
 *
 * @param judged which of the objects count, and as what
 * @throws InputError with every problem in the manifests
 * @throws LiveClusterError if the cluster of the context cannot be read
 * @throws UsageError if there is nothing to read
 */
export async function loadCluster(
  paths: readonly string[],
  options: InputOptions,
  io: Environment,
  judged: (objects: readonly SourceObject[]) => readonly SourceObject[] = (objects) => objects,
): Promise<LoadedCluster> {
  const progress = new Progress(io);
  const { verbose: isVerbose = false } = options;
  const settings = settingsOf(options, io);
  try {
    const { objects, notes, passedOver, known } = await readSources(paths, options, settings, io, progress);
    progress.step(`read ${objects.length} objects; working out their policy`);
    const cluster = Cluster.fromObjects(judged(objects), { ...settings.cluster, ...known });
    return { cluster, notes, passedOver, isVerbose, settings };
  } finally {
    progress.done();
  }
}

/**
 * Reports on standard error what was noticed while reading, and which objects admission would refuse: they count as
 * absent, so an answer that kept quiet about them would mislead.
 */
export function warnAboutInput(loaded: LoadedCluster, io: Pick<Environment, 'err'>): void {
  notePassedOver(loaded, io);
  for (const { source, message, remedy } of loaded.cluster.configRemarks)
    say(io, `note: ${formatProblem({ ...source.origin, message, remedy })}`);
  warnAboutObjects(loaded.notes, loaded.cluster.refused, io);
}

/** The same for objects that were not read for one cluster alone. */
export function warnAboutObjects(
  notes: readonly Problem[],
  refused: readonly RefusedObject[],
  io: Pick<Environment, 'err'>,
): void {
  for (const note of notes) say(io, `note: ${formatProblem(note)}`);
  for (const { source, violations, inForce } of refused) {
    const { kind, metadata } = source.object;
    for (const { rule, field, message, remedy } of violations) {
      const where = field === '' ? '' : `${field} `;
      const fate =
        inForce === undefined
          ? 'left out'
          : `its other document (${inForce.origin.file}:${inForce.origin.line}) stays in force`;
      const what = `${kind} ${metadata.name} is refused at admission and ${fate}: ${where}${message} (${rule})`;
      say(io, `warning: ${formatProblem({ ...source.origin, message: what, remedy })}`);
    }
  }
}

/**
 * Says how many files of the folders are not manifests, since what a kustomization would change is not seen, and whose
 * settings count, where they are not at hand.
 */
export function notePassedOver(
  { passedOver, isVerbose, settings }: Pick<LoadedCluster, 'passedOver' | 'isVerbose' | 'settings'>,
  io: Pick<Environment, 'err'>,
): void {
  noteSettings(settings, io);
  if (passedOver.length === 0) return;
  const files = new Set(passedOver.map(({ file }) => file)).size;
  const what = files === 1 ? '1 file that is not a manifest' : `${files} files that are not manifests`;
  say(io, `note: passed over ${what}${isVerbose ? ':' : '; --verbose names them'}`);
  if (isVerbose) for (const problem of passedOver) say(io, `note:   ${formatProblem(problem)}`);
}

const TOLD = new WeakSet<object>();

/** Says which file of settings counts, once in a run. */
export function noteSettings({ file }: Pick<Settings, 'file'>, io: Pick<Environment, 'err'>): void {
  if (file === undefined || TOLD.has(io)) return;
  TOLD.add(io);
  say(io, `note: settings are read from ${file}`);
}

/**
 * Refuses names of namespaces that the manifests do not have: a question about nothing would be answered with "nothing".
 *
 * @throws UsageError that says which there are
 */
export function requireNamespaces(cluster: Cluster, names: readonly string[]): void {
  requireNamespacesOf([cluster], names);
}

/** The same for several inputs, of which one must have it. @throws UsageError that says which there are */
export function requireNamespacesOf(clusters: readonly Cluster[], names: readonly string[]): void {
  const known = clusters.flatMap((cluster) => cluster.namespaceNames());
  requireKnown(known, names, 'the manifests have');
}

/** Refuses names of namespaces that are none of these. @throws UsageError that says which there are */
export function requireKnown(there: readonly string[], names: readonly string[], have: string): void {
  const known = [...new Set(there)].sort(compareText);
  const missing = names.filter((name) => !known.includes(name));
  if (missing.length === 0) return;
  const meant = missing.map((name) => didYouMean(name, known)).find((text) => text !== '') ?? '';
  throw new UsageError(
    `${have} no namespace ${missing.join(', ')}; they have ${enumerate(known) || 'none'}${meant}`,
  );
}

/** Writes a result to standard output, or to the `--output-file`. */
export function writeResult(
  io: Pick<Environment, 'out' | 'cwd'>,
  options: Pick<InputOptions, 'outputFile'>,
  text: Printable,
): void {
  const { outputFile } = options;
  if (outputFile === undefined) {
    io.out(text);
    return;
  }
  try {
    writeFileSync(resolve(io.cwd, outputFile), text);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    const remedy = 'pass a file in a folder that exists and is writable';
    throw new InputError([{ file: outputFile, message: `cannot write the result (${code})`, remedy }]);
  }
}
