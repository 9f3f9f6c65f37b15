import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { AppFile } from '../questions/init/emit-project';
import { UsageError } from './environment';
import { InputError, type Problem } from '../basics/problem';

/** A folder that is read must not be written into: what is written would be read the next time. */
export function requireApart(cwd: string, out: string, paths: readonly string[]): void {
  const target = resolve(cwd, out);
  for (const path of paths) {
    const read = resolve(cwd, path);
    if (path === '-' || !isFolder(read)) continue;
    const way = relative(read, target);
    if (way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(read, way) === target)) {
      throw new UsageError(
        `--out ${out} is inside ${path}, which is read: the app would be among the manifests the next time; ` +
          'name a folder elsewhere, or read a folder that has the manifests only',
      );
    }
  }
}

/**
 * Writes the files of an app. A folder that has something else in it is left alone, unless `force` says that the files
 * of these names may be replaced; whatever else is there stays in any case.
 */
export function writeApp(
  cwd: string,
  out: string,
  files: readonly AppFile[],
  force: boolean,
): 'written' | 'unchanged' {
  const folder = resolve(cwd, out);
  if (existsSync(folder) && !isFolder(folder)) {
    throw new UsageError(`--out ${out} is a file; name a folder`);
  }
  const differing = files.filter(({ path, text }) => readOr(join(folder, path)) !== text);
  if (differing.length === 0) return 'unchanged';
  if (!force && existsSync(folder) && readdirSync(folder).length > 0) {
    const present = differing.filter(({ path }) => existsSync(join(folder, path))).map(({ path }) => path);
    const what = present.length === 0 ? 'something else in it' : `other text in ${present.join(', ')}`;
    throw new UsageError(
      `${out} is not empty: it has ${what}; name another folder with --out, look at what would be written ` +
        'with --dry-run, or replace the files with --force (edits in them are lost)',
    );
  }
  const problems: Problem[] = [];
  for (const { path, text } of files) {
    try {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
      const remedy = 'name a folder with --out that may be written';
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
