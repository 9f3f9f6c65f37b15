import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Cluster, type ClusterOptions } from '../cluster/cluster';
import { readManifests } from '../input/read';
import { Progress, UsageError, type Environment } from './environment';
import { collect, defaultPolicy, domain, namespaceName, networks, networksOrNone } from './option-values';
import { formatProblem, InputError, type Problem } from '../basics/problem';

/** What {@link addInputOptions} adds, as commander gives it to an action. */
export interface InputOptions {
  readonly filename?: readonly string[];
  readonly linkerdNamespace?: string;
  readonly trustDomain?: string;
  readonly clusterNetworks?: readonly string[];
  readonly defaultInboundPolicy?: string;
  readonly probeNetworks?: readonly string[];
  readonly defaultNamespace?: string;
  readonly assumeAdmitted?: boolean;
  readonly outputFile?: string;
}

/** The options of every verb that reads manifests. What a `linkerd-config` ConfigMap of the input says is the default. */
export function addInputOptions(command: Command): Command {
  return command
    .option('-f, --filename <path>', 'a file or folder of manifests, or - (repeatable)', collect)
    .option(
      '--linkerd-namespace <name>',
      "namespace of Linkerd's control plane (default linkerd)",
      namespaceName,
    )
    .option('--trust-domain <domain>', 'suffix of every mesh identity (default cluster.local)', domain)
    .option('--cluster-networks <cidrs>', "clusterNetworks, comma-separated (default Linkerd's)", networks)
    .option(
      '--default-inbound-policy <policy>',
      'the cluster-wide default (default all-unauthenticated)',
      defaultPolicy,
    )
    .option('--probe-networks <cidrs>', 'networks that may probe, or none (default all)', networksOrNone)
    .option(
      '--default-namespace <name>',
      'namespace of objects that name none (default default)',
      namespaceName,
    )
    .option('--assume-admitted', 'take objects even where admission would refuse them')
    .option('--output-file <path>', 'write the result there instead of to standard output');
}

/** A cluster that was read, and what deserves a word about its manifests. */
export interface LoadedCluster {
  readonly cluster: Cluster;
  readonly notes: readonly Problem[];
}

/**
 * Reads the manifests of the given paths and of `--filename` into a cluster.
 *
 * @throws InputError with every problem of the manifests
 * @throws UsageError if no path is given
 */
export async function loadCluster(
  paths: readonly string[],
  options: InputOptions,
  io: Environment,
): Promise<LoadedCluster> {
  const all = [...paths, ...(options.filename ?? [])];
  if (all.length === 0) {
    throw new UsageError('there are no manifests to read; name files, folders or - (standard input)');
  }
  const stdin = all.includes('-') ? await io.stdin() : '';
  const progress = new Progress(io);
  const { objects, notes } = readManifests(all, { cwd: io.cwd, stdin: () => stdin });
  progress.step(`${objects.length} objects are read; working out their policy`);
  try {
    return { cluster: Cluster.fromObjects(objects, clusterOptions(options)), notes };
  } finally {
    progress.done();
  }
}

function clusterOptions(options: InputOptions): ClusterOptions {
  const { linkerdNamespace, trustDomain, clusterNetworks, defaultInboundPolicy, probeNetworks } = options;
  return {
    ...(linkerdNamespace === undefined ? {} : { linkerdNamespace }),
    ...(trustDomain === undefined ? {} : { trustDomain }),
    ...(clusterNetworks === undefined ? {} : { clusterNetworks }),
    ...(defaultInboundPolicy === undefined ? {} : { defaultInboundPolicy }),
    ...(probeNetworks === undefined ? {} : { probeNetworks }),
    ...(options.defaultNamespace === undefined ? {} : { namespace: options.defaultNamespace }),
    ...(options.assumeAdmitted === undefined ? {} : { assumeAdmitted: options.assumeAdmitted }),
  };
}

/**
 * Says on standard error what was noticed while reading, and which objects admission would refuse: they count as absent,
 * so an answer without that word would mislead.
 */
export function warnAboutInput({ cluster, notes }: LoadedCluster, io: Pick<Environment, 'err'>): void {
  for (const note of notes) io.err(`note: ${formatProblem(note)}\n`);
  for (const { source, message, remedy } of cluster.configRemarks)
    io.err(`note: ${formatProblem({ ...source.origin, message, remedy })}\n`);
  for (const { source, violations, inForce } of cluster.refused) {
    const { kind, metadata } = source.object;
    for (const { rule, field, message, remedy } of violations) {
      const where = field === '' ? '' : `${field}: `;
      const fate =
        inForce === undefined
          ? 'counts as absent'
          : `its other document (${inForce.origin.file}:${inForce.origin.line}) stays in force`;
      const what = `${kind} ${metadata.name} is refused at admission and ${fate}: ${where}${message} (${rule})`;
      io.err(`warning: ${formatProblem({ ...source.origin, message: what, remedy })}\n`);
    }
  }
}

/** Writes a result to standard output, or to the file that `--output-file` names. */
export function writeResult(
  io: Pick<Environment, 'out' | 'cwd'>,
  options: Pick<InputOptions, 'outputFile'>,
  text: string,
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
    const remedy = 'name a file in a folder that exists and may be written';
    throw new InputError([{ file: outputFile, message: `the result cannot be written (${code})`, remedy }]);
  }
}
