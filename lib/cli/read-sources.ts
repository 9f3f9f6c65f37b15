import type { Problem } from '../basics/problem';
import type { ClusterOptions, CompletePart } from '../cluster/cluster-options';
import { readLiveCluster, type LiveCluster } from '../input/live-cluster';
import { readManifests } from '../input/read';
import type { SourceObject } from '../kubernetes/object';
import { DEFAULT_CONFIG } from '../linkerd/config';
import { UsageError, type Environment, type Progress } from './environment';
import type { SettingOptions, Settings } from './settings';

/** What was read, from files and from a cluster. */
export interface Sources {
  readonly objects: readonly SourceObject[];
  readonly notes: readonly Problem[];
  /** Files that are not manifests. */
  readonly passedOver: readonly Problem[];
  /** What reading itself shows of the cluster, joined with what settings say of the same. */
  readonly known: Pick<ClusterOptions, 'complete' | 'unread'>;
}

/**
 * Reads a cluster with `--context`, and the manifests at the paths, which are applied to it.
 *
 * @throws UsageError if there is neither
 */
export async function readSources(
  paths: readonly string[],
  options: SettingOptions & { readonly filename?: readonly string[] },
  settings: Settings,
  io: Environment,
  progress: Progress,
): Promise<Sources> {
  const { context } = options;
  const named = [...paths, ...(options.filename ?? [])];
  // Of a cluster that is named, what a project's manifests would make of it is another question.
  const all = named.length === 0 && context === undefined ? settings.inputs : named;
  if (all.length === 0 && context === undefined) {
    throw new UsageError(
      'no manifests to read; pass files, folders or - (standard input), or --context for a cluster, or name them as inputs in namespace-jail.yaml',
    );
  }
  const live =
    context === undefined ? undefined : await readContext(context, options, settings, io, progress);
  const stdin = all.includes('-') ? await io.stdin() : '';
  const files =
    all.length === 0
      ? { objects: [], notes: [], passedOver: [] }
      : readManifests(all, {
          cwd: io.cwd,
          stdin: () => stdin,
          exclude: settings.exclude,
          isExcludeGeneral: options.exclude === undefined,
        });
  const { objects: running = [], notes = [], complete, unread } = live ?? {};
  return {
    objects: [...running, ...files.objects],
    notes: [...notes, ...files.notes],
    passedOver: files.passedOver,
    known:
      complete === undefined || unread === undefined
        ? {}
        : { complete: joined(complete, settings.cluster.complete), unread },
  };
}

/** What reading shows to be complete, and what a setting says is. */
function joined(
  read: readonly CompletePart[],
  said: ClusterOptions['complete'] = [],
): NonNullable<ClusterOptions['complete']> {
  return said === true ? true : [...read, ...said];
}

async function readContext(
  context: string,
  { namespace = [] }: SettingOptions,
  { cluster: { linkerdNamespace = DEFAULT_CONFIG.linkerdNamespace } }: Settings,
  { cwd, env }: Environment,
  progress: Progress,
): Promise<LiveCluster> {
  if (context === '' || context.startsWith('-')) {
    throw new UsageError(
      '--context takes the name of a context, as kubectl config get-contexts lists them; kubectl config current-context prints the one in use',
    );
  }
  return readLiveCluster({
    context,
    cwd,
    env,
    linkerdNamespace,
    namespaces: namespace,
    step: (text) => progress.step(text),
  });
}
