export function compare<T extends number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By code unit, which for Kubernetes names is byte order. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The first of the numbers below `length` for which something holds that holds for all after it; `length` if for none. */
export function firstIndex(length: number, holds: (index: number) => boolean): number {
  let [from, to] = [0, length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/**
 * Folds a list by halves, not one after the other: what costs as much as its two sides hold then costs n log n, not the square.
 */
export function foldHalves<T>(items: readonly T[], combine: (a: T, b: T) => T, none: T): T {
  let layer = items;
  while (layer.length > 1) {
    const above: T[] = [];
    for (let at = 0; at < layer.length; at += 2) {
      const [a, b] = [layer[at] ?? none, layer[at + 1]];
      above.push(b === undefined ? a : combine(a, b));
    }
    layer = above;
  }
  return layer[0] ?? none;
}

/** A Map or a WeakMap. */
interface Memory<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

/** The value of a key, made and stored if absent. `undefined` is not stored, so it is made again. */
export function memoized<K, V>(known: Memory<K, V>, key: K, make: (key: K) => V): V {
  const value = known.get(key);
  if (value !== undefined) return value;
  const made = make(key);
  known.set(key, made);
  return made;
}

/** A function that computes its answer once per object, and forgets it together with the object. */
export function oncePer<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => memoized(known, key, make);
}

/** Adds a value to the list at a key. */
export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

export function groupBy<T, K>(items: Iterable<T>, key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) append(groups, key(item), item);
  return groups;
}
