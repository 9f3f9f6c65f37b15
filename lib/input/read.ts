import { firstOf } from '../basics/words';
import { decodeText, MAX_FILE_BYTES } from './decode-text';
import { findFiles, readText, STDIN, type FindOptions } from './files';
import { type SourceObject } from '../kubernetes/object';
import { startParsing, finishParsing, parseInto, type ParsingState } from '../manifests/parse';
import { InputError, type Problem } from '../basics/problem';

export interface ReadOptions extends FindOptions {
  /** Content of standard input, requested once if a path is `-`. */
  readonly stdin?: () => string | Buffer;
  /** Folder that relative paths start from. @default the working directory */
  readonly cwd?: string;
  /** Limit for all texts together, in characters; their objects take about four times as much memory. @default 256 Mi */
  readonly maxSize?: number;
}

/** What the named files contain. */
export interface ReadManifests {
  /** In the order of the paths, folders sorted by name; of duplicate objects only the last. */
  readonly objects: readonly SourceObject[];
  /** Worth mentioning but not a fault. */
  readonly notes: readonly Problem[];
  /** Files of the folders that are no manifests, and what each is instead. */
  readonly passedOver: readonly Problem[];
  readonly files: number;
  /** Number of non-empty documents. */
  readonly documents: number;
}

const MAX_SIZE = 2 * MAX_FILE_BYTES;

/**
 * Reads manifests from files, folders and standard input (`-`).
 *
 * Throws an {@link InputError} with every problem of every file. A path that does not exist, a folder without manifests
 * and an input without objects are problems too, because an analysis of nothing would say that all is well.
 */
export function readManifests(paths: readonly string[], options: ReadOptions = {}): ReadManifests {
  if (paths.length === 0) {
    const remedy = 'name files, folders or - (standard input)';
    throw new InputError([{ file: '(no path)', message: 'there is nothing to read', remedy }]);
  }
  const reading = startParsing();
  const files = readPaths(reading, paths, options);
  if (reading.objects.length === 0 && reading.problems.length === 0) {
    // There is nothing else, so what these files are may be why.
    reading.problems.push(...reading.passedOver);
  }
  if (reading.objects.length === 0 && reading.problems.length === 0) {
    const file = firstOf(paths, 3);
    const remedy = 'check whether the command that wrote it failed';
    reading.problems.push({
      file,
      message: 'it has no objects, so there is nothing to judge',
      remedy,
    });
  }
  return { ...finishParsing(reading), files };
}

function readPaths(reading: ParsingState, paths: readonly string[], options: ReadOptions): number {
  const { files, notes, problems } = findFiles(paths, options.cwd ?? process.cwd(), options);
  reading.notes.push(...notes);
  reading.problems.push(...problems);
  const most = options.maxSize ?? MAX_SIZE;
  let size = 0;
  for (const file of files) {
    size +=
      file.name === STDIN
        ? readStdin(reading, options.stdin)
        : take(reading, readText(file), file.name, file.isNamed);
    if (size <= most) continue;
    const message = `with this file, the input exceeds ${most.toLocaleString('en')} characters`;
    reading.problems.push({
      file: file.name,
      message,
      remedy: 'read fewer files at once, for instance by namespace',
    });
    break;
  }
  return files.length;
}

function readStdin(reading: ParsingState, stdin: ReadOptions['stdin']): number {
  if (stdin === undefined) {
    reading.problems.push({
      file: '-',
      message: 'standard input is not available here',
      remedy: 'name a file or folder',
    });
    return 0;
  }
  const content = stdin();
  const objects = reading.objects.length;
  const problems = reading.problems.length;
  const size = take(
    reading,
    decodeText(Buffer.isBuffer(content) ? content : Buffer.from(content), STDIN),
    STDIN,
  );
  if (reading.objects.length === objects && reading.problems.length === problems) {
    const remedy = 'check whether the command before the pipe failed';
    reading.problems.push({ file: STDIN, message: 'standard input has no objects', remedy });
  }
  return size;
}

/** Returns the size of the text. */
function take(
  reading: ParsingState,
  text: ReturnType<typeof decodeText>,
  file: string,
  isNamed = true,
): number {
  if ('problem' in text) {
    reading.problems.push(text.problem);
    return 0;
  }
  parseInto(reading, text.text, file, isNamed);
  return text.text.length;
}
