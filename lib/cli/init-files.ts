import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Printable } from '../report/wording/printable';
import { UsageError } from './environment';
import { InputError, type Problem } from '../basics/problem';

/** A file of the app as it is written: what is hidden in names is visible, also in the middle of code. */
export interface PrintableFile {
  readonly path: string;
  readonly text: Printable;
}

/** Refuses to write into a folder that is read: the app would be read as input next time. */
export function requireApart(cwd: string, out: string, paths: readonly string[]): void {
  const target = resolve(cwd, out);
  for (const path of paths) {
    const read = resolve(cwd, path);
    if (path === '-' || !isFolder(read)) continue;
    const way = relative(read, target);
    if (way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(read, way) === target)) {
      throw new UsageError(
        `--out ${out} is inside ${path}, which is read as input: the app would be read as manifests next time; ` +
          'write to a folder elsewhere, or read a folder that holds only the manifests',
      );
    }
  }
}

/**
 * Writes the files of an app. A folder that is not empty is left alone unless `force` allows files of the same names to
 * be replaced; other files always stay.
 *
 * @param base what a later run compares with
 */
export function writeApp(
  cwd: string,
  out: string,
  files: readonly PrintableFile[],
  base: PrintableFile,
  force: boolean,
): 'written' | 'unchanged' {
  const folder = resolve(cwd, out);
  if (existsSync(folder) && !isFolder(folder)) {
    throw new UsageError(`--out ${out} is a file; pass a folder`);
  }
  const differing = files.filter(({ path, text }) => readOr(join(folder, path)) !== text);
  const isKnown = readOr(join(folder, base.path)) === base.text;
  if (differing.length === 0 && isKnown) return 'unchanged';
  // An app as it was written, by a version that kept nothing to compare with: now it does
  if (!force && differing.length > 0 && existsSync(folder) && readdirSync(folder).length > 0) {
    const present = differing.filter(({ path }) => existsSync(join(folder, path))).map(({ path }) => path);
    const what = present.length === 0 ? 'other files in it' : `different text in ${present.join(', ')}`;
    throw new UsageError(
      `${out} is not empty: it has ${what}; pass another folder with --out, preview the files with --dry-run, ` +
        `see what a new run would change with --update ${out}, ` +
        'or replace them with --force (your edits to them are lost)',
    );
  }
  const problems: Problem[] = [];
  for (const { path, text } of [...files, base]) {
    try {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
      const remedy = 'pass a writable folder with --out';
      problems.push({ file: join(out, path), message: `cannot be written (${code})`, remedy });
    }
  }
  if (problems.length > 0) throw new InputError(problems);
  return 'written';
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
