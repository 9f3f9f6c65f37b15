import { asFields, asList, asTextMap, valueAt, type Fields } from '../kubernetes/fields';
import { isCreatedPod } from '../kubernetes/apply';
import { templateOf, type Workload } from './workload';

/**
 * Whether something that a workload has made is there already: a pod that runs as it was created, or a ReplicaSet or Job
 * of an older template, whose pods the input need not have.
 */
export function isThereAlready(made: Workload, maker: Workload): boolean {
  switch (made.kind) {
    case 'pod':
      return isRunningPod(made);
    case 'replicaset':
      return hasReplicas(made) && hasOtherTemplate(made, maker);
    case 'job':
      return isActive(made) && hasOtherTemplate(made, maker);
    default:
      return false;
  }
}

/** A pod that has ended serves nobody. */
function isRunningPod({ source: { object } }: Workload): boolean {
  const phase = valueAt(object, 'status', 'phase');
  return isCreatedPod(object) && phase !== 'Succeeded' && phase !== 'Failed';
}

/** One that is scaled down to nothing is kept for a rollback only. */
function hasReplicas({ source: { object } }: Workload): boolean {
  const written = valueAt(object, 'spec', 'replicas') ?? 1;
  return written !== 0 || (valueAt(object, 'status', 'replicas') ?? 0) !== 0;
}

function isActive({ source: { object } }: Workload): boolean {
  const hasEnded = asList(valueAt(object, 'status', 'conditions')).some(
    (one) =>
      ['Complete', 'Failed'].includes(String(valueAt(one, 'type'))) && valueAt(one, 'status') === 'True',
  );
  return !hasEnded;
}

/** Labels that a controller adds to the template of what it makes. */
const ADDED = /^(pod-template-hash|controller-uid|job-name|batch\.kubernetes\.io\/.*)$/;

function hasOtherTemplate(made: Workload, maker: Workload): boolean {
  return templateText(made) !== templateText(maker);
}

function templateText({ source }: Workload): string {
  const { metadata, spec } = templateOf(source);
  const labels = Object.entries(asTextMap(metadata.labels)).filter(([key]) => !ADDED.test(key));
  return JSON.stringify([
    sorted(labels),
    sorted(Object.entries(asTextMap(metadata.annotations))),
    ordered(spec),
  ]);
}

function sorted<T>(entries: readonly (readonly [string, T])[]): readonly (readonly [string, T])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** With the keys of each object in order: files may write them in any. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const fields: Fields = asFields(value);
  return sorted(Object.entries(fields)).map(([key, inner]) => [key, ordered(inner)]);
}
