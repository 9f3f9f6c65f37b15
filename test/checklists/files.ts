import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../helpers/paths';

/** The text of a file, by its path from the root; empty if it is missing. */
export function textOf(path: string): string {
  return isThere(path) ? readFileSync(join(ROOT, path), 'utf8') : '';
}

export function isThere(path: string): boolean {
  return existsSync(join(ROOT, path));
}

export function write(path: string, text: string): void {
  writeFileSync(join(ROOT, path), text);
}

/** The files of a folder and of all folders below it, by their paths from the root. */
export function filesIn(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => `${folder}/${file}`)
    .sort();
}

/** The name of a file without its folder and ending. */
export function stem(path: string): string {
  return /([^/]+?)\.\w+$/.exec(path)?.[1] ?? path;
}

/** Fails with sentences that name what was forgotten. */
export function expectNothingForgotten(forgotten: readonly string[]): void {
  expect(forgotten).toEqual([]);
}
