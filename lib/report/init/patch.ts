import { hunksBetween, linesOf, type Hunk } from '../../basics/line-diff';
import type { FileChange } from '../../questions/init/update-app';
import { joined, printable, tabbed, type Printable } from '../wording/printable';

/** Unchanged lines around each change, as other tools print them. */
const CONTEXT = 3;

/** A line of a patch that shows its text otherwise than the file has it, so that the patch would not apply. */
export interface UnprintableLine {
  readonly path: string;
  /** From 1; 0 for the path itself. */
  readonly line: number;
}

/** A unified diff that `git apply` and `patch -p1` take, and the lines that spoil it. */
export interface Patch {
  readonly text: Printable;
  readonly unprintable: readonly UnprintableLine[];
}

/**
 * The patch of some files. Without a `diff --git` line, paths are relative to where one applies it.
 *
 * @param folder what the paths of the files begin with, such as `jail/`
 */
export function patchOf(changes: readonly FileChange[], folder: string): Patch {
  const unprintable: UnprintableLine[] = [];
  const parts = changes.flatMap(({ path, before, after }) => {
    const [old, own] = [linesOf(before ?? ''), linesOf(after ?? '')];
    const checked = (line: string, number: number): Printable => {
      const { content, end } = ended(line);
      const shown = tabbed(content);
      if (shown !== content) unprintable.push({ path, line: number });
      return end === undefined ? joined(shown, NO_END) : joined(shown, printable(['', ''], end));
    };
    const name = (side: 'a' | 'b', text: string | undefined): string =>
      text === undefined ? '/dev/null' : `${side}/${folder}${path}${/\s/.test(folder) ? '\t' : ''}`;
    return [
      checked(`--- ${name('a', before)}\n`, 0),
      checked(`+++ ${name('b', after)}\n`, 0),
      ...groups(hunksBetween(old, own)).flatMap((hunks) => hunkLines(hunks, old, own, checked)),
    ];
  });
  return { text: joined(...parts), unprintable };
}

const NO_END = printable(['', '\\ No newline at end of file', '']);

function ended(line: string): { readonly content: string; readonly end: '\n' | '\r\n' | undefined } {
  if (line.endsWith('\r\n')) return { content: line.slice(0, -2), end: '\r\n' };
  return line.endsWith('\n') ? { content: line.slice(0, -1), end: '\n' } : { content: line, end: undefined };
}

/** Changes whose context would overlap stand under one heading. */
function groups(hunks: readonly Hunk[]): Hunk[][] {
  const found: Hunk[][] = [];
  for (const hunk of hunks) {
    const last = found.at(-1);
    if (last !== undefined && hunk.start - (last.at(-1)?.end ?? 0) <= 2 * CONTEXT) last.push(hunk);
    else found.push([hunk]);
  }
  return found;
}

function hunkLines(
  hunks: readonly Hunk[],
  old: readonly string[],
  own: readonly string[],
  shown: (line: string, number: number) => Printable,
): Printable[] {
  const [first, last] = [hunks[0], hunks.at(-1)];
  if (first === undefined || last === undefined) return [];
  const start = Math.max(0, first.start - CONTEXT);
  const from = first.from - (first.start - start);
  const end = Math.min(old.length, last.end + CONTEXT);
  const to = last.to + (end - last.end);
  const lines: Printable[] = [];
  let at = start;
  const keep = (until: number): void => {
    for (; at < until; at += 1) lines.push(shown(` ${old[at] ?? ''}`, at + 1));
  };
  for (const hunk of hunks) {
    keep(hunk.start);
    for (; at < hunk.end; at += 1) lines.push(shown(`-${old[at] ?? ''}`, at + 1));
    own.slice(hunk.from, hunk.to).forEach((line, index) => {
      lines.push(shown(`+${line}`, hunk.from + index + 1));
    });
  }
  keep(end);
  return [printable([`@@ -${range(start, end)} +${range(from, to)} @@`, '']), ...lines];
}

/** First line and count; a range without lines names the line before it. */
function range(start: number, end: number): string {
  return `${end === start ? start : start + 1},${end - start}`;
}
