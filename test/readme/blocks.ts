import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from '../helpers/paths';

/** A fenced code block of a page, and the blocks that show what it gives. */
export interface Block {
  /** `README.md:12`: where its first line stands. */
  readonly place: string;
  readonly language: string;
  /** What stands behind the language, such as `emitted`. */
  readonly mark: string;
  readonly text: string;
  /** Marked blocks that follow it, up to the next block that is not marked. */
  readonly results: readonly Block[];
}

const MARKS = new Set(['emitted', 'error']);

/** README.md and every page of docs/. */
export function pages(): string[] {
  const docs = join(ROOT, 'docs');
  const found = existsSync(docs) ? readdirSync(docs, { recursive: true, encoding: 'utf8' }) : [];
  return [
    'README.md',
    ...found
      .filter((file) => file.endsWith('.md'))
      .map((file) => join('docs', file))
      .sort(),
  ];
}

export function blocksOf(page: string): Block[] {
  const blocks: (Block & { readonly results: Block[] })[] = [];
  const lines = readFileSync(join(ROOT, page), 'utf8').split('\n');
  for (let at = 0; at < lines.length; at++) {
    const fence = /^( *)(```+)(\S*) *(.*)$/.exec(lines[at] ?? '');
    if (fence === null) continue;
    const [, indent = '', ticks = '', language = '', mark = ''] = fence;
    const place = `${relative(ROOT, join(ROOT, page))}:${at + 2}`;
    const text: string[] = [];
    for (at++; at < lines.length && lines[at] !== `${indent}${ticks}`; at++)
      text.push((lines[at] ?? '').slice(indent.length));
    const block = { place, language, mark, text: `${text.join('\n')}\n`, results: [] };
    const owner = blocks.at(-1);
    if (MARKS.has(mark) && owner !== undefined) owner.results.push(block);
    else blocks.push(block);
  }
  return blocks;
}
