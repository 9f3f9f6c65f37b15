import { asTextMap } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { namespaceMeta, type NamespaceMeta } from './workload';

/** A Namespace of the input. */
export interface KnownNamespace {
  readonly source: SourceObject;
  readonly meta: NamespaceMeta;
}

/** The Namespaces of the input, by name. */
export function namespacesIn(objects: readonly SourceObject[]): Map<string, KnownNamespace> {
  const namespaces = new Map<string, KnownNamespace>();
  for (const source of objects) {
    const { object } = source;
    if (object.kind !== 'Namespace' || object.apiVersion !== 'v1') continue;
    const { labels, annotations } = object.metadata;
    const meta = namespaceMeta(asTextMap(labels), asTextMap(annotations));
    namespaces.set(object.metadata.name, { source, meta });
  }
  return namespaces;
}
