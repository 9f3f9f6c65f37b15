import type { ObjectMeta } from '../kubernetes/object';
import { compare, compareText } from '../basics/collections';

/**
 * What the age of an object without a creationTimestamp is taken for. `unknown`: it is applied after what already runs, so it
 * is younger than whatever has one, and its age beside another without one is unknown. `index`: as Linkerd's index sorts,
 * in which it is the oldest Server, or the youngest route, and names decide among several (linkerd-policy 3.5, 3.10).
 */
export type Ages = 'unknown' | 'index';

export const AGES: readonly Ages[] = ['unknown', 'index'];

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

/** Oldest first, with objects without a timestamp after all others, then by name. */
export function undatedLast(a: Aged, b: Aged): number {
  const age = ({ createdAt: time }: Aged): number => (time === -Infinity ? Infinity : time);
  return compare(age(a), age(b)) || compareText(a.name, b.name);
}

/** Those that may be the oldest of several, in the order of `undatedLast`: one, unless none of them has a timestamp. */
export function oldestOf<T extends Pick<Aged, 'createdAt'>>(sorted: readonly T[], ages: Ages): readonly T[] {
  const [first] = sorted;
  return ages === 'index' || first === undefined || first.createdAt !== -Infinity
    ? sorted.slice(0, 1)
    : sorted;
}
