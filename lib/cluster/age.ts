import type { ObjectMeta } from '../manifests/object';

interface Aged {
  readonly createdAt: number;
  readonly name: string;
}

/** When an object was created, in milliseconds since 1970; -Infinity without a (readable) timestamp. */
export function createdAt(metadata: ObjectMeta): number {
  const time = typeof metadata.creationTimestamp === 'string' ? Date.parse(metadata.creationTimestamp) : NaN;
  return Number.isNaN(time) ? -Infinity : time;
}

/** Oldest first, objects without a timestamp before all others, then by name (linkerd-policy 3.5). */
export function byAge(a: Aged, b: Aged): number {
  return compare(a.createdAt, b.createdAt) || compareText(a.name, b.name);
}

export function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By code unit, which for the names of Kubernetes is byte order. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
