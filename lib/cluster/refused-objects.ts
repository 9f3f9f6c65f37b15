import type { SourceObject } from '../kubernetes/object';
import { groupOf } from '../kubernetes/references';
import type { RefusedObject } from './stored-objects';

/** The document of an object that admission refuses in every document that the input has of it; in any version of its group. */
export type FindRefused = (
  group: string,
  kind: string,
  namespace: string,
  name: string,
) => SourceObject | undefined;

/** The last document of each: it is the one that people mend. */
export function refusedIn(
  refused: readonly RefusedObject[],
  namespaceOf: (source: SourceObject) => string,
): FindRefused {
  const known = new Map<string, SourceObject>();
  for (const { source, inForce } of refused) {
    const { apiVersion, kind, metadata } = source.object;
    const namespace = kind === 'Namespace' ? '' : namespaceOf(source);
    if (inForce === undefined) known.set(key(groupOf(apiVersion), kind, namespace, metadata.name), source);
  }
  return (group, kind, namespace, name) => known.get(key(group, kind, namespace, name));
}

/** `which admission refuses (shop.yaml:3)`, after the name of an object. */
export function refusalWords({ origin: { file, line } }: SourceObject): string {
  return `which admission refuses (${file}:${line})`;
}

/** References compare kinds, and those to routes names, without regard to case (linkerd-policy 3.8). */
function key(...parts: readonly string[]): string {
  return parts.join('/').toLowerCase();
}
