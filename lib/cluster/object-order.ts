import type { ObjectMeta } from '../kubernetes/object';
import { compare, compareText } from '../basics/collections';

interface Aged {
  readonly createdAt: number;
  readonly name: string;
}

/** When an object was created, in milliseconds since 1970; -Infinity without a readable timestamp. */
export function createdAt(metadata: ObjectMeta): number {
  const time = typeof metadata.creationTimestamp === 'string' ? Date.parse(metadata.creationTimestamp) : NaN;
  return Number.isNaN(time) ? -Infinity : time;
}

/** Oldest first, with objects without a timestamp before all others, then by name (linkerd-policy 3.5). */
export function byAge(a: Aged, b: Aged): number {
  return compare(a.createdAt, b.createdAt) || compareText(a.name, b.name);
}
