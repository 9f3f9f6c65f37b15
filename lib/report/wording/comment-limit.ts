import type { Markdown } from './markdown';

/** How many characters a comment of a review may have on GitHub. */
export const COMMENT_LIMIT = 65_536;

/** What of a document fits, and what is left out. */
export interface Fitted {
  readonly lines: readonly Markdown[];
  /** How many blocks were left out, at the end. */
  readonly left: number;
}

/** As many whole blocks as have room, in their order; the first that has none ends it, so that nothing is missing in between. */
export function fitted(blocks: readonly (readonly Markdown[])[], room: number): Fitted {
  const lines: Markdown[] = [];
  let used = 0;
  for (const [index, block] of blocks.entries()) {
    used += lengthOf(block);
    if (used > room) return { lines, left: blocks.length - index };
    lines.push(...block);
  }
  return { lines, left: 0 };
}

/** With the line ends. */
export function lengthOf(lines: readonly Markdown[]): number {
  return lines.reduce((sum, { text }) => sum + text.length + 1, 0);
}
