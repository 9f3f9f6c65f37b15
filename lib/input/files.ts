import { closeSync, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { decodeText, MAX_FILE_BYTES, tooLarge } from './decode-text';
import type { Problem } from '../basics/problem';
import { meantAs } from './not-a-path';
import { pathPattern, type PathTest } from './glob';

/** A file to read: `name` as the user would call it, `path` as the system finds it. */
export interface ManifestFile {
  readonly name: string;
  readonly path: string;
  /** Whether the file itself was named, and not a folder that it is in. */
  readonly isNamed: boolean;
}

export interface FindOptions {
  /** Patterns of paths that are left out, see {@link pathPattern}. */
  readonly exclude?: readonly string[];
  /** Whether a pattern may leave out nothing; otherwise a note says so, since it may be misspelt. @default false */
  readonly isExcludeGeneral?: boolean;
  /** The folder that everything must be in, links followed; what is outside is a problem, and not read. */
  readonly within?: string;
  /** Whether pipes and devices are a problem also where they are named. @default false */
  readonly onlyRegular?: boolean;
}

export interface FileList {
  readonly files: readonly ManifestFile[];
  readonly notes: readonly Problem[];
  readonly problems: readonly Problem[];
}

/** The path that means standard input. */
export const STDIN = '-';

const MANIFEST = /\.(?:ya?ml|json)$/i;
/** Manifests in another language or package: they are not read, but someone may think they were. */
const NEARLY =
  /\.(?:jsonnet|libsonnet|tpl|cue|ytt|k|pkl|gotmpl|tmpl|j2|jinja2|erb|dhall|(?:ya?ml|json)\.\w+|tgz|gz)$/i;
const FOREIGN_FOLDERS = new Set(['node_modules']);

/**
 * Finds the files that the paths mean. A path to a file (or a pipe, as in `<(helm template …)`) is taken whatever its
 * name; in a folder and everything below it, files ending in .yaml, .yml or .json are taken, sorted by name.
 * Links are followed; what has been seen once, under any name, is not taken again.
 */
export function findFiles(paths: readonly string[], cwd: string, options: FindOptions = {}): FileList {
  const search = new Search(options);
  for (const path of paths) search.named(path, resolve(cwd, path));
  search.close();
  return search;
}

class Search implements FileList {
  public readonly files: ManifestFile[] = [];
  public readonly notes: Problem[] = [];
  public readonly problems: Problem[] = [];
  private readonly seen = new Set<string>();
  /** Manifests seen, including repeated ones. */
  private met = 0;
  private readonly excluded: readonly { readonly pattern: string; readonly test: PathTest }[];
  private readonly used = new Set<string>();
  private excludedPaths = 0;
  private readonly within: string | undefined;
  private readonly onlyRegular: boolean;

  private readonly isExcludeGeneral: boolean;

  public constructor({ exclude = [], isExcludeGeneral = false, within, onlyRegular = false }: FindOptions) {
    this.onlyRegular = onlyRegular;
    this.isExcludeGeneral = isExcludeGeneral;
    this.excluded = exclude.map((pattern) => ({ pattern, test: pathPattern(pattern) }));
    this.within = within === undefined ? undefined : realPath(within);
  }

  /** Says what was left out, and which pattern left out nothing: it may be misspelt. */
  public close(): void {
    if (this.isExcludeGeneral) return;
    for (const { pattern } of this.excluded) {
      if (this.used.has(pattern)) continue;
      this.notes.push({ file: pattern, message: '--exclude leaves out nothing: no path matches it' });
    }
  }

  public named(name: string, path: string): void {
    if (name === '') {
      this.problems.push({
        file: '""',
        message: 'an empty path was given',
        remedy: 'name a file, a folder or - (standard input)',
      });
      return;
    }
    if (name === STDIN) {
      if (this.isNew(STDIN)) this.files.push({ name, path: name, isNamed: true });
      else
        this.problems.push({ file: name, message: 'standard input is named twice', remedy: 'name - once' });
      return;
    }
    if (this.isExcluded(name, name)) return;
    const stat = this.stat(name, path);
    if (stat === undefined || this.isOutside(name, path)) return;
    if (!stat.isDirectory()) {
      if (this.onlyRegular && !stat.isFile()) {
        this.problems.push(irregular(name));
        return;
      }
      if (/\.(?:jsonnet|libsonnet)$/i.test(name)) this.problems.push(jsonnet(name));
      else if (this.isNew(path)) this.files.push({ name, path, isNamed: true });
      return;
    }
    const before = this.met + this.problems.length + this.excludedPaths;
    this.folder(name, path, '');
    if (this.met + this.problems.length + this.excludedPaths === before) {
      const message = 'this folder has no manifests: no file in or below it ends in .yaml, .yml or .json';
      this.problems.push({
        file: name,
        message,
        remedy: 'name the folder with the manifests, or the files themselves',
      });
    }
  }

  /** `below` is the folder's path from the one that was named. */
  private folder(name: string, path: string, below: string): void {
    if (!this.isNew(path)) {
      this.met += 1;
      return;
    }
    let entries: string[];
    try {
      entries = readdirSync(path).sort();
    } catch (error) {
      this.problems.push(unreadable(name, error));
      return;
    }
    for (const entry of entries) {
      const way = below === '' ? entry : `${below}/${entry}`;
      if (!this.isExcluded(join(name, entry), way)) this.entry(join(name, entry), join(path, entry), way);
    }
  }

  private entry(name: string, path: string, way: string): void {
    const entry = way.slice(way.lastIndexOf('/') + 1);
    const wanted = MANIFEST.test(entry);
    if (NEARLY.test(entry)) {
      const remedy = 'render or unpack it, and read the result';
      this.notes.push({ file: name, message: 'not read: by its name it is not YAML or JSON', remedy });
      return;
    }
    const stat = this.stat(name, path, wanted);
    if (stat === undefined) return;
    if ((wanted || stat.isDirectory()) && this.isOutside(name, path)) return;
    if (stat.isDirectory()) {
      if (!FOREIGN_FOLDERS.has(entry)) this.folder(name, path, way);
      else this.notes.push({ file: name, message: 'not read: Node.js packages, not manifests' });
    } else if (wanted) {
      this.met += 1;
      if (!stat.isFile()) this.problems.push(irregular(name));
      else if (this.isNew(path)) this.files.push({ name, path, isNamed: false });
    }
  }

  private isExcluded(name: string, way: string): boolean {
    const shown = name.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
    // All are asked, so that each knows whether it was of use.
    const matching = this.excluded.filter(({ test }) => test(way) || test(shown));
    for (const { pattern } of matching) this.used.add(pattern);
    if (matching.length > 0) this.excludedPaths += 1;
    return matching.length > 0;
  }

  private isOutside(name: string, path: string): boolean {
    if (this.within === undefined) return false;
    const way = relative(this.within, realPath(path));
    if (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)) return false;
    this.problems.push({
      file: name,
      message: "this is outside the suite's own folder, so it is not read",
      remedy: 'move it below that folder, or allow it with --allow-outside',
    });
    return true;
  }

  private isNew(path: string): boolean {
    const real = path === STDIN ? STDIN : realPath(path);
    if (this.seen.has(real)) return false;
    this.seen.add(real);
    return true;
  }

  private stat(name: string, path: string, report = true): ReturnType<typeof statSync> {
    try {
      return statSync(path);
    } catch (error) {
      if (report) this.problems.push(unreadable(name, error));
      return undefined;
    }
  }
}

/** The text of a file, or why there is none. Never reads more than the limit, whatever the file is. */
export function readText(
  file: Pick<ManifestFile, 'name' | 'path'>,
  most: number = MAX_FILE_BYTES,
): ReturnType<typeof decodeText> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file.path, 'r');
    const size = fstatSync(descriptor).size;
    if (size > most) return { problem: tooLarge(file.name, most) };
    return decodeText(readUpTo(descriptor, Math.max(size + 1, 64 * 1024), most), file.name, most);
  } catch (error) {
    return { problem: unreadable(file.name, error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** More than this in a suite or a file of suppressions, which people write, is a mistake. */
const MAX_WRITTEN_BYTES = 16 * 1024 * 1024;

/**
 * The text of a file that people write by hand: a suite, suppressions. A pipe of the shell, as in `<(command)`, is read like a
 * file; one with a name may have nobody at its other end, and opening it would wait for ever.
 */
export function readWritten(name: string, cwd: string): ReturnType<typeof decodeText> {
  const path = resolve(cwd, name);
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) {
      return { problem: { file: name, message: 'this is a folder', remedy: 'name a file' } };
    }
    if (stat.isFIFO() && !/^\/(?:dev|proc)\//.test(path)) return { problem: irregular(name) };
  } catch (error) {
    return { problem: unreadable(name, error) };
  }
  return readText({ name, path }, MAX_WRITTEN_BYTES);
}

// A pipe does not know its size, and a device may never end.
function readUpTo(descriptor: number, guess: number, most: number): Buffer {
  let buffer = Buffer.allocUnsafe(guess);
  let length = 0;
  while (length <= most) {
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
    const read = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return buffer.subarray(0, length);
}

function irregular(file: string): Problem {
  return { file, message: 'this is not a regular file', remedy: 'remove it from the folder' };
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // pipes of /dev/fd have no real path
  }
}

function jsonnet(file: string): Problem {
  return {
    file,
    message: 'this is Jsonnet, not YAML or JSON',
    remedy: 'render it first: `jsonnet -y FILE | namespace-jail … -`',
  };
}

function unreadable(file: string, error: unknown): Problem {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
  const known: Readonly<Record<string, readonly [string, string]>> = {
    ENOENT: ['there is no such file or folder', 'check the path; it may be a broken link'],
    EACCES: ['permission to read it was denied', 'change its permissions'],
    ELOOP: ['its symbolic links form a loop', 'remove the link'],
    ENOTDIR: ['part of the path is a file, not a folder', 'check the path'],
    ENAMETOOLONG: ['the path is too long', 'name a file, a folder or - (standard input)'],
  };
  const meant = code === 'ENOENT' || code === 'ENOTDIR' ? meantAs(file) : undefined;
  if (meant !== undefined) return { file, ...meant };
  const [message, remedy] = known[code] ?? [
    `it cannot be read (${code})`,
    'check the path and its permissions',
  ];
  return { file, message, remedy };
}
