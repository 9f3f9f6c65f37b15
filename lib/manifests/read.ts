import { decodeText } from './decode-text';
import { findFiles, readText, STDIN } from './files';
import { InputError, type Problem, type SourceObject } from './object';
import { emptyReading, finish, parseInto, type Reading } from './parse';

export interface ReadOptions {
  /** Content of standard input, asked for once when a path is `-`. */
  readonly stdin?: () => string | Buffer;
  /** Folder that relative paths start from. @default the working directory */
  readonly cwd?: string;
}

/** What the named files hold. */
export interface ReadManifests {
  /** In the order of the paths, folders by name; of an object given twice only the last. */
  readonly objects: readonly SourceObject[];
  /** What deserves a word and is no fault. */
  readonly notes: readonly Problem[];
  readonly files: number;
  /** Documents that are not empty. */
  readonly documents: number;
}

/**
 * Reads manifests from files, folders and standard input (`-`).
 *
 * Throws an {@link InputError} with every problem of every file; a path that does not exist, a folder without manifests
 * and an empty standard input are problems too, because an analysis of nothing would say that all is well.
 */
export function readManifests(paths: readonly string[], options: ReadOptions = {}): ReadManifests {
  if (paths.length === 0) {
    const remedy = 'name files, folders or - (standard input)';
    throw new InputError([{ file: '(no path)', message: 'there is nothing to read', remedy }]);
  }
  const reading = emptyReading();
  const files = readPaths(reading, paths, options);
  const { objects, notes, documents } = finish(reading);
  return { objects, notes, files, documents };
}

function readPaths(reading: Reading, paths: readonly string[], options: ReadOptions): number {
  const { files, notes, problems } = findFiles(paths, options.cwd ?? process.cwd());
  reading.notes.push(...notes);
  reading.problems.push(...problems);
  for (const file of files) {
    if (file.name === STDIN) readStdin(reading, options.stdin);
    else take(reading, readText(file), file.name);
  }
  return files.length;
}

function readStdin(reading: Reading, stdin: ReadOptions['stdin']): void {
  if (stdin === undefined) {
    reading.problems.push({ file: '-', message: 'standard input is not available here', remedy: 'name a file or folder' });
    return;
  }
  const content = stdin();
  const before = reading.documents + reading.problems.length;
  take(reading, decodeText(Buffer.isBuffer(content) ? content : Buffer.from(content), '-'), '-');
  if (reading.documents + reading.problems.length === before) {
    const remedy = 'see whether the command before the pipe failed';
    reading.problems.push({ file: '-', message: 'standard input holds no manifest', remedy });
  }
}

function take(reading: Reading, text: ReturnType<typeof decodeText>, file: string): void {
  if ('problem' in text) reading.problems.push(text.problem);
  else parseInto(reading, text.text, file);
}
