import { isFields, isSameValue, ownValue } from '../kubernetes/fields';
import { isLive } from '../kubernetes/apply';
import type { KubeObject, SourceObject } from '../kubernetes/object';
import { GENERATED_NAME_SUFFIX } from './normalize-object';
import type { Problem } from '../basics/problem';
import { ObjectMap } from '../kubernetes/references';

/**
 * An object that is given twice (same group, kind, namespace and name) counts once, the last time, as it would after
 * `kubectl apply`; a note names both places. Documents of other content stay, because admission may refuse the last one.
 * An object of a cluster and the manifest that will be applied to it are no duplicates, nor are objects with a generated
 * name.
 */
export function settleDuplicates(objects: readonly SourceObject[], notes: Problem[]): SourceObject[] {
  const [live, written] = [new ObjectMap<number>(), new ObjectMap<number>()];
  const dropped = new Set<number>();
  objects.forEach((source, index) => {
    if (source.object.metadata.name.endsWith(GENERATED_NAME_SUFFIX)) return;
    const latest = isLive(source.object) ? live : written;
    const earlier = latest.replace(source.object, source.object.metadata.namespace ?? '', index);
    if (earlier === undefined) return;
    const before = objects[earlier] as SourceObject;
    if (isSameValue(source.object, before.object)) dropped.add(earlier);
    else if (isNamespaceWithMore(source.object, before.object)) return;
    notes.push(note(source, before));
  });
  return dropped.size === 0 ? [...objects] : objects.filter((_, index) => !dropped.has(index));
}

/**
 * Whether a Namespace stands twice, and the later document has all that the earlier one has: a jail's repeats what the
 * application's says, and adds to it. Nothing is lost then.
 */
function isNamespaceWithMore(later: KubeObject, earlier: KubeObject): boolean {
  return later.kind === 'Namespace' && later.apiVersion === 'v1' && !isLive(later) && holds(later, earlier);
}

function holds(value: unknown, part: unknown): boolean {
  if (!isFields(value) || !isFields(part)) return isSameValue(value, part);
  return Object.entries(part).every(([key, item]) => holds(ownValue(value, key), item));
}

function note(later: SourceObject, earlier: SourceObject): Problem {
  const { kind, metadata } = later.object;
  const name = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
  const place = `${earlier.origin.file}:${earlier.origin.line}`;
  if (isSameValue(later.object, earlier.object)) {
    return { ...later.origin, message: `${kind} ${name} appears here again, identical to ${place}` };
  }
  return {
    ...later.origin,
    message: `${kind} ${name} is also in ${place} with different content; the last one that is accepted counts, as with kubectl apply`,
    remedy: 'keep only one of them',
  };
}
