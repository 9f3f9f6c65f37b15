import type { Cluster } from './cluster';
import type { SourceObject } from '../kubernetes/object';
import { namespaceOf } from './inventory';

/** `Server shop/api`, `Namespace shop`. */
export function label(cluster: Cluster, source: SourceObject): string {
  const { kind, metadata } = source.object;
  const namespace = namespaceOf(cluster, source);
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${metadata.name}`;
}

/** `deployment/api` */
export function workloadLabel({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return `${kind}/${name}`;
}
