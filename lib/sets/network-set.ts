import { formatAddress, lastAddress, type Address, type Network } from '../linkerd/network';
import { DOCUMENTATION_NETWORKS, LOOPBACK_NETWORKS, type NetworkMatch } from '../linkerd/network-match';
import { compare, firstIndex } from '../basics/collections';

export type Interval = readonly [first: bigint, last: bigint];
export type Family = 4 | 6;

export const FAMILIES: readonly Family[] = [4, 6];

/** ::ffff:0:0/96, which no client ever has: the proxy turns such peers into IPv4 (linkerd-policy 3.13). */
const MAPPED: Interval = [0xffff_0000_0000n, 0xffff_ffff_ffffn];

/** The addresses that a client can have. */
const UNIVERSE: Readonly<Record<Family, readonly Interval[]>> = {
  4: [[0n, lastAddress(4)]],
  6: [
    [0n, MAPPED[0] - 1n],
    [MAPPED[1] + 1n, lastAddress(6)],
  ],
};

/** A set of IPv4 and IPv6 addresses: sorted, disjoint, non-touching intervals in each family. Immutable. */
export class NetworkSet {
  public static readonly NONE = new NetworkSet({ 4: [], 6: [] });
  public static readonly ALL = new NetworkSet(UNIVERSE);
  /** The pod's own addresses; to a reader, the set of all others is "everywhere". */
  public static readonly LOOPBACK = NetworkSet.fromItems(LOOPBACK_NETWORKS);

  /** Addresses that only examples have. */
  public static readonly DOCUMENTATION = NetworkSet.fromItems(DOCUMENTATION_NETWORKS);

  private keyText: string | undefined;
  private others: NetworkSet | undefined;

  /** @internal sorted, disjoint, non-touching, and of addresses that a client can have */
  public readonly intervals: Readonly<Record<Family, readonly Interval[]>>;

  /** @internal */
  public constructor(intervals: Readonly<Record<Family, readonly Interval[]>>) {
    this.intervals = intervals;
  }

  public static of(network: Network): NetworkSet {
    const { family } = network;
    return new NetworkSet({ 4: [], 6: [], [family]: intersect([intervalOf(network)], UNIVERSE[family]) });
  }

  public static at({ family, value }: Address): NetworkSet {
    return NetworkSet.of({ family, first: value, last: value });
  }

  /** The addresses of a policy's network items: in one of them, but not in its exceptions. */
  public static fromItems(items: readonly NetworkMatch[]): NetworkSet {
    // All at once: one union after the other would cost the square of a long list.
    const within: Record<Family, Interval[]> = { 4: [], 6: [] };
    for (const { network, except } of items) {
      const { family } = network;
      const holes = except.filter((hole) => hole.family === family).map(intervalOf);
      const outside = holes.length === 0 ? UNIVERSE[family] : invert(unite(holes), lastAddress(family));
      for (const part of intersect([intervalOf(network)], outside)) within[family].push(part);
    }
    const set = NetworkSet.NONE.map((family) => intersect(unite(within[family]), UNIVERSE[family]));
    return set.isEmpty ? NetworkSet.NONE : set;
  }

  /** The addresses that are in one of the sets. */
  public static union(sets: readonly NetworkSet[]): NetworkSet {
    const [only = NetworkSet.NONE] = sets;
    if (sets.length < 2) return only;
    return NetworkSet.NONE.map((family) => unite(sets.flatMap((set) => set.intervals[family])));
  }

  /** Equal for equal sets. */
  public get key(): string {
    this.keyText ??= FAMILIES.map((family) =>
      this.intervals[family].map(([a, b]) => `${a}-${b}`).join(','),
    ).join('|');
    return this.keyText;
  }

  public get isEmpty(): boolean {
    return this.intervals[4].length === 0 && this.intervals[6].length === 0;
  }

  public get isAll(): boolean {
    return this === NetworkSet.ALL || this.key === NetworkSet.ALL.key;
  }

  public has({ family, value }: Address): boolean {
    const intervals = this.intervals[family];
    const at = firstIndex(intervals.length, (index) => (intervals[index]?.[1] ?? value) >= value);
    const found = intervals[at];
    return found !== undefined && found[0] <= value;
  }

  public or(other: NetworkSet): NetworkSet {
    if (this === other || other.isEmpty) return this;
    if (this.isEmpty || other === NetworkSet.ALL) return other;
    return this.map((family) => unite([...this.intervals[family], ...other.intervals[family]]));
  }

  public and(other: NetworkSet): NetworkSet {
    if (this === other || other === NetworkSet.ALL) return this;
    if (this === NetworkSet.ALL) return other;
    return this.map((family) => intersect(this.intervals[family], other.intervals[family]));
  }

  public minus(other: NetworkSet): NetworkSet {
    if (other.isEmpty) return this;
    if (this === other || other === NetworkSet.ALL) return NetworkSet.NONE;
    return this.and(other.complement());
  }

  /** Made once: a cluster has many clients but few networks. */
  public complement(): NetworkSet {
    this.others ??= this.map((family) =>
      intersect(invert(this.intervals[family], lastAddress(family)), UNIVERSE[family]),
    );
    return this.others;
  }

  /** Each interval with its family, in ascending order, IPv4 first. */
  public ranges(): Network[] {
    return FAMILIES.flatMap((family) =>
      this.intervals[family].map(([first, last]) => ({ family, first, last })),
    );
  }

  /** The set as CIDRs, in ascending order, IPv4 first, as a person would write it. */
  public cidrs(): string[] {
    return FAMILIES.flatMap((family) => {
      const own = this.intervals[family];
      // Addresses that no client has do not split a network: nobody misses them.
      const filled = family === 6 ? unite([...own, MAPPED]) : own;
      const readable = filled.length < own.length ? filled : own;
      return readable.flatMap((interval) => cidrsOf(family, interval));
    });
  }

  /** For `JSON.stringify`. */
  public toJSON(): string[] {
    return this.cidrs();
  }

  private map(operation: (family: Family) => readonly Interval[]): NetworkSet {
    return new NetworkSet({ 4: operation(4), 6: operation(6) });
  }
}

function intervalOf({ first, last }: Network): Interval {
  return [first, last];
}

function unite(intervals: readonly Interval[]): Interval[] {
  const sorted = [...intervals].sort(([a], [b]) => compare(a, b));
  const united: Interval[] = [];
  for (const [first, last] of sorted) {
    const previous = united.at(-1);
    if (previous !== undefined && first <= previous[1] + 1n) {
      united[united.length - 1] = [previous[0], last > previous[1] ? last : previous[1]];
    } else {
      united.push([first, last]);
    }
  }
  return united;
}

/** The fewest CIDRs that make up an interval. */
function cidrsOf(family: Family, [first, last]: Interval): string[] {
  const width = family === 4 ? 32 : 128;
  const cidrs: string[] = [];
  let next = first;
  while (next <= last) {
    let bits = 0;
    while (bits < width && fits(next, BigInt(bits + 1), last)) bits += 1;
    cidrs.push(`${formatAddress({ family, value: next })}/${width - bits}`);
    next += 1n << BigInt(bits);
  }
  return cidrs;
}

function fits(first: bigint, bits: bigint, last: bigint): boolean {
  const size = 1n << bits;
  return first % size === 0n && first + size - 1n <= last;
}

/** Walks both sorted lists once. */
function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const shared: Interval[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const left = a[i];
    const right = b[j];
    if (left === undefined || right === undefined) return shared;
    const first = left[0] > right[0] ? left[0] : right[0];
    const last = left[1] < right[1] ? left[1] : right[1];
    if (first <= last) shared.push([first, last]);
    if (left[1] < right[1]) i += 1;
    else j += 1;
  }
}

function invert(intervals: readonly Interval[], end: bigint): Interval[] {
  const gaps: Interval[] = [];
  let next = 0n;
  for (const [first, last] of intervals) {
    if (next < first) gaps.push([next, first - 1n]);
    next = last + 1n;
  }
  if (next <= end) gaps.push([next, end]);
  return gaps;
}
