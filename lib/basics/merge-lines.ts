import { compare } from './collections';
import { hunksBetween, linesOf, type Hunk } from './line-diff';

/** A place that both sides changed, and not alike. */
export interface MergeConflict {
  /** What both started from. */
  readonly base: string;
  readonly mine: string;
  readonly theirs: string;
  /** Line of `mine` in its text, from 1. If it has no lines there, the line that follows. */
  readonly line: number;
}

/** Two changes of one text as one. Where they conflict, `mine` stays. */
export interface Merge {
  readonly text: string;
  readonly conflicts: readonly MergeConflict[];
}

/** A hunk, and whose it is. */
type SidedHunk = Hunk & { readonly isMine: boolean };

/**
 * Merges two changes of one text, line by line. Changes of neighbouring lines do not conflict; changes of the same lines
 * do, unless they are equal, and so do two insertions at one place.
 */
export function mergeLines(base: string, mine: string, theirs: string): Merge {
  const [old, own, others] = [base, mine, theirs].map(linesOf) as [string[], string[], string[]];
  const hunks = [
    ...hunksBetween(old, own).map((hunk) => ({ ...hunk, isMine: true })),
    ...hunksBetween(old, others).map((hunk) => ({ ...hunk, isMine: false })),
  ].sort((a, b) => compare(a.start, b.start) || compare(a.end, b.end));
  const merged: string[] = [];
  const conflicts: MergeConflict[] = [];
  let [at, ownLine] = [0, 0];
  for (const cluster of clusters(hunks)) {
    const { start, end } = cluster;
    const kept = old.slice(at, start);
    merged.push(...kept);
    ownLine += kept.length;
    at = end;
    const was = old.slice(start, end);
    const mineHere = sideOf(cluster, old, own, true);
    const theirsHere = sideOf(cluster, old, others, false);
    const [isMine, isTheirs] = [true, false].map((side) =>
      cluster.hunks.some((hunk) => hunk.isMine === side),
    );
    const isConflict = isMine && isTheirs && mineHere.join('') !== theirsHere.join('');
    merged.push(...(isMine ? mineHere : theirsHere));
    if (isConflict) {
      const texts = { base: was.join(''), mine: mineHere.join(''), theirs: theirsHere.join('') };
      conflicts.push({ ...texts, line: ownLine + 1 });
    }
    ownLine += isMine ? mineHere.length : was.length;
  }
  merged.push(...old.slice(at));
  return { text: merged.join(''), conflicts };
}

/** Hunks that touch the same lines, and the lines of the base from the first to the last of them. */
interface Cluster {
  readonly hunks: readonly SidedHunk[];
  readonly start: number;
  readonly end: number;
}

function clusters(hunks: readonly SidedHunk[]): Cluster[] {
  const found: Cluster[] = [];
  for (const hunk of hunks) {
    const last = found.at(-1);
    if (last !== undefined && collide(last, hunk)) {
      found[found.length - 1] = {
        hunks: [...last.hunks, hunk],
        start: last.start,
        end: Math.max(last.end, hunk.end),
      };
    } else found.push({ hunks: [hunk], start: hunk.start, end: hunk.end });
  }
  return found;
}

function collide(a: Pick<Hunk, 'start' | 'end'>, b: Pick<Hunk, 'start' | 'end'>): boolean {
  const isSamePlace = a.start === a.end && b.start === b.end && a.start === b.start;
  return isSamePlace || (b.start < a.end && a.start < b.end);
}

/** What one side has in place of the lines of a cluster. */
function sideOf(cluster: Cluster, old: readonly string[], own: readonly string[], isMine: boolean): string[] {
  const lines: string[] = [];
  let at = cluster.start;
  for (const hunk of cluster.hunks.filter((one) => one.isMine === isMine)) {
    lines.push(...old.slice(at, hunk.start), ...own.slice(hunk.from, hunk.to));
    at = hunk.end;
  }
  return [...lines, ...old.slice(at, cluster.end)];
}
