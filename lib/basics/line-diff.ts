import { append, compare } from './collections';

/** A stretch of one text that another text replaces: `[start, end)` of the first, `[from, to)` of the second. */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** The lines of a text, each with its line end, so that a missing one at the end is a difference like any other. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** What must be replaced in `before` to get `after`, from the top, with at least one common line in between. */
export function hunksBetween(before: readonly string[], after: readonly string[]): Hunk[] {
  const hunks: Hunk[] = [];
  let [start, from] = [0, 0];
  for (const [end, to] of [...commonLines(before, after), [before.length, after.length] as const]) {
    if (end > start || to > from) hunks.push({ start, end, from, to });
    [start, from] = [end + 1, to + 1];
  }
  return hunks;
}

type Pair = readonly [before: number, after: number];

/** A range of both texts, to be compared. */
interface Window {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** Larger windows without a line that is unique in both are taken to have nothing in common: quadratic work stops there. */
const MOST_CELLS = 4_000_000;

/**
 * Pairs of equal lines, in the order of both texts: what both begin and end with, then lines that each has once (they hold
 * their place better than braces do), and between those the longest common sequence.
 */
function commonLines(before: readonly string[], after: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  const open: Window[] = [{ start: 0, end: before.length, from: 0, to: after.length }];
  for (let window = open.pop(); window !== undefined; window = open.pop()) {
    let { start, end, from, to } = window;
    while (start < end && from < to && before[start] === after[from]) pairs.push([start++, from++]);
    while (start < end && from < to && before[end - 1] === after[to - 1]) pairs.push([--end, --to]);
    if (start === end || from === to) continue;
    const inner = { start, end, from, to };
    const anchors = uniquePairs(before, after, inner);
    if (anchors.length === 0) {
      pairs.push(...longestCommon(before, after, inner));
      continue;
    }
    for (const [at, other] of anchors) {
      open.push({ start, end: at, from, to: other });
      pairs.push([at, other]);
      [start, from] = [at + 1, other + 1];
    }
    open.push({ start, end, from, to });
  }
  return pairs.sort(([a], [b]) => compare(a, b));
}

/** The longest rising sequence of the lines that both have once in a window. */
function uniquePairs(before: readonly string[], after: readonly string[], window: Window): Pair[] {
  const { start, end, from, to } = window;
  const here = places(before, start, end);
  const there = places(after, from, to);
  const pairs = [...here].flatMap(([line, [at, ...more]]): Pair[] => {
    const [other, ...others] = there.get(line) ?? [];
    const isUnique = at !== undefined && other !== undefined && more.length + others.length === 0;
    return isUnique ? [[at, other]] : [];
  });
  return rising(pairs);
}

function places(lines: readonly string[], start: number, end: number): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (let at = start; at < end; at += 1) append(found, lines[at] ?? '', at);
  return found;
}

/** The longest part of the pairs whose second numbers rise, as the first ones do (patience sorting). */
function rising(pairs: readonly Pair[]): Pair[] {
  interface Card {
    readonly pair: Pair;
    readonly below: Card | undefined;
  }
  const tops: Card[] = [];
  for (const pair of pairs) {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tops[middle]?.pair[1] ?? 0) < pair[1]) low = middle + 1;
      else high = middle;
    }
    tops[low] = { pair, below: tops[low - 1] };
  }
  const chain: Pair[] = [];
  for (let card = tops.at(-1); card !== undefined; card = card.below) chain.push(card.pair);
  return chain.reverse();
}

function longestCommon(before: readonly string[], after: readonly string[], window: Window): Pair[] {
  const { start, end, from, to } = window;
  const [height, width] = [end - start, to - from];
  if (height * width > MOST_CELLS) return [];
  const lengths = Array.from({ length: height + 1 }, () => new Uint32Array(width + 1));
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = height - 1; row >= 0; row -= 1) {
    const line = lengths[row];
    if (line === undefined) continue;
    for (let column = width - 1; column >= 0; column -= 1) {
      line[column] =
        before[start + row] === after[from + column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const pairs: Pair[] = [];
  for (let row = 0, column = 0; row < height && column < width;) {
    if (before[start + row] === after[from + column]) pairs.push([start + row++, from + column++]);
    else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return pairs;
}
