import { closeSync, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decodeText, MAX_FILE_BYTES, tooLarge } from './decode-text';
import type { Problem } from '../basics/problem';

/** A file to read: `name` as the user would call it, `path` as the system finds it. */
export interface ManifestFile {
  readonly name: string;
  readonly path: string;
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
export function findFiles(paths: readonly string[], cwd: string): FileList {
  const search = new Search();
  for (const path of paths) search.named(path, resolve(cwd, path));
  return search;
}

class Search implements FileList {
  public readonly files: ManifestFile[] = [];
  public readonly notes: Problem[] = [];
  public readonly problems: Problem[] = [];
  private readonly seen = new Set<string>();
  /** Manifests seen, including repeated ones. */
  private met = 0;

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
      if (this.isNew(STDIN)) this.files.push({ name, path: name });
      else
        this.problems.push({ file: name, message: 'standard input is named twice', remedy: 'name - once' });
      return;
    }
    const stat = this.stat(name, path);
    if (stat === undefined) return;
    if (!stat.isDirectory()) {
      if (/\.(?:jsonnet|libsonnet)$/i.test(name)) this.problems.push(jsonnet(name));
      else if (this.isNew(path)) this.files.push({ name, path });
      return;
    }
    const before = this.met + this.problems.length;
    this.folder(name, path);
    if (this.met + this.problems.length === before) {
      const message = 'this folder has no manifests: no file in or below it ends in .yaml, .yml or .json';
      this.problems.push({
        file: name,
        message,
        remedy: 'name the folder with the manifests, or the files themselves',
      });
    }
  }

  private folder(name: string, path: string): void {
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
    for (const entry of entries) this.entry(join(name, entry), join(path, entry), entry);
  }

  private entry(name: string, path: string, entry: string): void {
    const wanted = MANIFEST.test(entry);
    if (NEARLY.test(entry)) {
      const remedy = 'render or unpack it, and read the result';
      this.notes.push({ file: name, message: 'not read: by its name it is not YAML or JSON', remedy });
      return;
    }
    const stat = this.stat(name, path, wanted);
    if (stat === undefined) return;
    if (stat.isDirectory()) {
      if (!FOREIGN_FOLDERS.has(entry)) this.folder(name, path);
      else this.notes.push({ file: name, message: 'not read: Node.js packages, not manifests' });
    } else if (wanted) {
      this.met += 1;
      if (!stat.isFile())
        this.problems.push({
          file: name,
          message: 'this is not a regular file',
          remedy: 'remove it from the folder',
        });
      else if (this.isNew(path)) this.files.push({ name, path });
    }
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
export function readText(file: ManifestFile): ReturnType<typeof decodeText> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file.path, 'r');
    const size = fstatSync(descriptor).size;
    if (size > MAX_FILE_BYTES) return { problem: tooLarge(file.name) };
    return decodeText(readUpTo(descriptor, Math.max(size + 1, 64 * 1024)), file.name);
  } catch (error) {
    return { problem: unreadable(file.name, error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

// A pipe does not know its size, and a device may never end.
function readUpTo(descriptor: number, guess: number): Buffer {
  let buffer = Buffer.allocUnsafe(guess);
  let length = 0;
  while (length <= MAX_FILE_BYTES) {
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
    const read = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return buffer.subarray(0, length);
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
  const [message, remedy] = known[code] ?? [
    `it cannot be read (${code})`,
    'check the path and its permissions',
  ];
  return { file, message, remedy };
}
