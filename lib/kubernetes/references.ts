import { memoized } from '../basics/collections';
import { asText, valueAt } from './fields';
import type { KubeObject } from './object';

export function splitApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The API group of an `apiVersion`; empty for the core group. */
export function groupOf(apiVersion: string): string {
  return splitApiVersion(apiVersion).group;
}

/** Whether a reference means a kind: group and kind compare without case, and an empty group is `core`. */
export function refersTo(reference: unknown, group: string, kind: string): boolean {
  const { group: ownGroup, kind: ownKind } = referenced(reference);
  return ownGroup.toLowerCase() === group.toLowerCase() && ownKind.toLowerCase() === kind.toLowerCase();
}

/** `group/Kind` of a reference, as written; `core/Kind` if it names no group. */
export function referent(reference: unknown): string {
  const { group, kind } = referenced(reference);
  return `${group}/${kind}`;
}

function referenced(reference: unknown): { readonly group: string; readonly kind: string } {
  const group = asText(valueAt(reference, 'group')) ?? '';
  return { group: group === '' ? 'core' : group, kind: asText(valueAt(reference, 'kind')) ?? '' };
}

/** Identifies an object within a cluster: group (in any version), kind, namespace and name. */
export function objectKey({ apiVersion, kind, metadata }: KubeObject, namespace: string): string {
  return `${groupOf(apiVersion)}/${kind}/${namespace}/${metadata.name}`;
}

/**
 * The same as a map, for the one place that every object passes through: nested maps, because joining four words into
 * a key for each object costs more than reading them.
 */
export class ObjectMap<V> {
  private readonly byGroup = new Map<string, Map<string, Map<string, Map<string, V>>>>();

  /** Sets the value of an object; returns the previous one. */
  public replace({ apiVersion, kind, metadata }: KubeObject, namespace: string, value: V): V | undefined {
    const byName = below(below(below(this.byGroup, groupOf(apiVersion)), kind), namespace);
    const earlier = byName.get(metadata.name);
    byName.set(metadata.name, value);
    return earlier;
  }
}

function below<T>(map: Map<string, Map<string, T>>, key: string): Map<string, T> {
  return memoized(map, key, newMap<T>);
}

function newMap<T>(): Map<string, T> {
  return new Map();
}
