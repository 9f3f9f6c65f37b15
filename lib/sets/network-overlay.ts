import { memoized } from '../basics/collections';
import { FAMILIES, NetworkSet, type Family, type Interval } from './network-set';

/** Addresses that are in the same sets: in the set of each side with this index, or in none of that side. */
export interface OverlayPart {
  readonly a: number | undefined;
  readonly b: number | undefined;
  readonly networks: NetworkSet;
}

/** An interval of one side, and the index of its set. */
interface Piece {
  first: bigint;
  readonly last: bigint;
  readonly of: number;
}

/**
 * Lays two lists of sets over each other; the sets of one side are disjoint. Walks the intervals of both sides once, since most
 * of many sets have nothing in common.
 */
export function overlay(a: readonly NetworkSet[], b: readonly NetworkSet[]): OverlayPart[] {
  const parts = new Map<string, { a: number | undefined; b: number | undefined; found: Found }>();
  for (const family of FAMILIES) {
    walk(pieces(a, family), pieces(b, family), (left, right, interval) => {
      const part = memoized(parts, `${left} ${right}`, () => ({
        a: left,
        b: right,
        found: { 4: [], 6: [] },
      }));
      part.found[family].push(interval);
    });
  }
  return [...parts.values()].map(({ found, ...sides }) => ({ ...sides, networks: new NetworkSet(found) }));
}

type Found = Record<Family, Interval[]>;

function pieces(sets: readonly NetworkSet[], family: Family): Piece[] {
  const all = sets.flatMap(({ intervals }, of) =>
    intervals[family].map(([first, last]) => ({ first, last, of })),
  );
  return all.sort((one, other) => (one.first < other.first ? -1 : 1));
}

/** Calls back for each stretch of addresses, in ascending order, with the sets that it is in. */
function walk(
  a: readonly Piece[],
  b: readonly Piece[],
  found: (a: number | undefined, b: number | undefined, interval: Interval) => void,
): void {
  let [i, j] = [0, 0];
  for (;;) {
    const left = a[i];
    const right = b[j];
    if (left === undefined && right === undefined) return;
    if (left !== undefined && (right === undefined || left.first < right.first)) {
      const last = right === undefined || left.last < right.first ? left.last : right.first - 1n;
      found(left.of, undefined, [left.first, last]);
      left.first = last + 1n;
    } else if (right !== undefined && (left === undefined || right.first < left.first)) {
      const last = left === undefined || right.last < left.first ? right.last : left.first - 1n;
      found(undefined, right.of, [right.first, last]);
      right.first = last + 1n;
    } else if (left !== undefined && right !== undefined) {
      const last = left.last < right.last ? left.last : right.last;
      found(left.of, right.of, [left.first, last]);
      left.first = last + 1n;
      right.first = last + 1n;
    }
    if (left !== undefined && left.first > left.last) i += 1;
    if (right !== undefined && right.first > right.last) j += 1;
  }
}
