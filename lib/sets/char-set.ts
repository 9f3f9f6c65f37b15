/** Ranges of code points, in order, without overlap. */
export type CharRanges = readonly (readonly [first: number, last: number])[];

export const LAST_CHAR = 0x10ffff;

export function hasChar(ranges: CharRanges, char: number): boolean {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first, last] = ranges[middle] ?? [0, LAST_CHAR];
    if (char < first) high = middle - 1;
    else if (char > last) low = middle + 1;
    else return true;
  }
  return false;
}

/** Characters that a person would type first. */
const PLAIN = [...'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./~'].map(
  (char) => char.codePointAt(0) ?? 0,
);

/**
 * One character for each way in which the sets can be told apart, the plainest there is: an automaton that moves by these
 * sets need not try any other.
 *
 * @param allowed the characters that come into question
 */
export function representatives(sets: readonly CharRanges[], allowed: CharRanges): readonly number[] {
  const distinct = [...new Map([...new Set(sets)].map((set) => [JSON.stringify(set), set])).values()];
  const edges = [allowed, ...distinct].flatMap((set) => set.flatMap(([first, last]) => [first, last + 1]));
  const bySignature = new Map<string, number>();
  for (const char of [...PLAIN, ...[...new Set(edges)].sort((a, b) => a - b)]) {
    if (!hasChar(allowed, char)) continue;
    const signature = distinct.map((set) => (hasChar(set, char) ? '1' : '0')).join('');
    if (!bySignature.has(signature)) bySignature.set(signature, char);
  }
  return [...bySignature.values()];
}
