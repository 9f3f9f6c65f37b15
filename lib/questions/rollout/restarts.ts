import type { Cluster } from '../../cluster/cluster';
import { templateOf, type Workload } from '../../cluster/workload';
import { asList, asText, asTextMap, valueAt } from '../../kubernetes/fields';
import { isLive } from '../../kubernetes/apply';
import type { SourceObject } from '../../kubernetes/object';
import type { Jail } from '../jail';

/** What a workload needs so that its pods get their new annotations, which are read when a pod is created. */
export type Restart =
  /** `kubectl rollout restart`. */
  | 'rollout'
  /** Its pod template changes, so applying it restarts it anyway. */
  | 'by-apply'
  /** Its pods must be deleted and are then recreated. */
  | 'delete-pods'
  /** A Pod that its owner makes anew once it is deleted. */
  | 'owner-makes'
  /** The pod must be deleted and applied again, from a file of the new manifests. */
  | 'recreate'
  /** A Pod that nobody makes anew and no manifest has: whoever made it must. */
  | 'by-hand'
  /** The next run gets them. */
  | 'next-run'
  /** Finished, or a Job whose run is not to be repeated. */
  | 'left';

export interface RestartedWorkload {
  readonly workload: Workload;
  readonly how: Restart;
  /** The default inbound policy of its pods before and after; `undefined` if unknown or if there is no proxy. */
  readonly before?: string;
  readonly after?: string;
}

const ROLLED = ['deployment', 'statefulset', 'daemonset'];

/**
 * Workloads of a jail whose pods would get a different default policy if they were created now.
 *
 * @param files the files of the new manifests, which can be applied again; those of the old ones would undo the new
 */
export function restarts(
  before: Cluster | undefined,
  after: Cluster,
  jail: Jail,
  files: ReadonlySet<string>,
): readonly RestartedWorkload[] {
  return jail.workloads.flatMap(({ namespace, kind, name, isMadeByInput }): RestartedWorkload[] => {
    const now = after.workload({ namespace, kind, name });
    if (now === undefined || isMadeByInput || kind === 'externalworkload' || !now.injection.meshed) return [];
    const policy = now.pod.settings.policy;
    if (before === undefined) return [{ workload: now, how: howToRestart(now, files), after: policy }];
    const old = before.workload(now);
    if (old === undefined) return [];
    const was = old.injection.meshed ? old.pod.settings.policy : undefined;
    if (was === policy) return [];
    const rolls =
      ROLLED.includes(kind) &&
      JSON.stringify(templateOf(old.source)) !== JSON.stringify(templateOf(now.source));
    const how = rolls ? 'by-apply' : howToRestart(now, files);
    return [{ workload: now, how, ...(was === undefined ? {} : { before: was }), after: policy }];
  });
}

function howToRestart({ kind, source }: Workload, files: ReadonlySet<string>): Restart {
  if (ROLLED.includes(kind)) return 'rollout';
  if (kind === 'cronjob') return 'next-run';
  // A Job does its work once: to run it again, such as a migration, may do harm, and its pods serve nobody.
  if (kind === 'job') return 'left';
  if (kind === 'pod') return podRestart(source, files);
  // Objects of other APIs are never deleted: who knows what goes with them. Whoever runs their pods makes them anew.
  if (kind.includes('.')) return hasLabels(source) ? 'delete-pods' : 'next-run';
  return 'delete-pods';
}

/** Nothing is deleted that nobody can make again. */
function podRestart({ object, origin }: SourceObject, files: ReadonlySet<string>): Restart {
  const owner = asList(valueAt(object.metadata, 'ownerReferences')).find(
    (one) => valueAt(one, 'controller') === true,
  );
  const phase = asText(valueAt(object, 'status', 'phase'));
  if (phase === 'Succeeded' || phase === 'Failed' || valueAt(owner, 'kind') === 'Job') return 'left';
  if (owner !== undefined) return 'owner-makes';
  return isLive(object) || !files.has(origin.file) ? 'by-hand' : 'recreate';
}

function hasLabels(source: SourceObject): boolean {
  return Object.keys(asTextMap(templateOf(source).metadata.labels)).length > 0;
}
