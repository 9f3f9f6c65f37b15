import { isSameValue } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { GENERATED_NAME_SUFFIX } from './normalize-object';
import type { Problem } from '../basics/problem';

/**
 * An object that is given twice (same group, kind, namespace and name) counts once, the last time, as it would after
 * `kubectl apply`; a note names both places. Objects with a generated name are never the same.
 */
export function settleDuplicates(objects: readonly SourceObject[], notes: Problem[]): SourceObject[] {
  const latest = new Latest();
  const dropped = new Set<number>();
  objects.forEach((source, index) => {
    if (source.object.metadata.name.endsWith(GENERATED_NAME_SUFFIX)) return;
    const earlier = latest.replace(source, index);
    if (earlier === undefined) return;
    dropped.add(earlier);
    notes.push(note(source, objects[earlier] as SourceObject));
  });
  return dropped.size === 0 ? [...objects] : objects.filter((_, index) => !dropped.has(index));
}

/** Where each object stood last. Maps within maps: to join four words into a key for each object costs more. */
class Latest {
  private readonly byGroup = new Map<string, Map<string, Map<string, Map<string, number>>>>();

  /** Notes the place of an object; returns where the same object stood before. */
  public replace({ object }: SourceObject, index: number): number | undefined {
    const { apiVersion, kind, metadata } = object;
    const slash = apiVersion.indexOf('/');
    const byKind = below(this.byGroup, slash === -1 ? '' : apiVersion.slice(0, slash));
    const byName = below(below(byKind, kind), metadata.namespace ?? '');
    const earlier = byName.get(metadata.name);
    byName.set(metadata.name, index);
    return earlier;
  }
}

function below<T>(map: Map<string, Map<string, T>>, key: string): Map<string, T> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Map<string, T>();
  map.set(key, made);
  return made;
}

function note(later: SourceObject, earlier: SourceObject): Problem {
  const { kind, metadata } = later.object;
  const name = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
  const place = `${earlier.origin.file}:${earlier.origin.line}`;
  if (isSameValue(later.object, earlier.object)) {
    return { ...later.origin, message: `${kind} ${name} stands here a second time, the same as in ${place}` };
  }
  return {
    ...later.origin,
    message: `${kind} ${name} is also in ${place} with other content; this one counts, as after kubectl apply`,
    remedy: 'keep one of the two',
  };
}
