import { meantAs } from './not-a-path';
import { createReadStream, statSync, type ReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { SignalReader } from '../signals/signal-reader';
import { InputError } from '../basics/problem';
import { STDIN } from './files';

const CHUNK = 256 * 1024;
/** A longer line is no line of a log; it is counted, and not held. */
const LONGEST_LINE = 16 * 1024 * 1024;

type Chunks = AsyncIterable<Buffer | string>;

/**
 * Reads files of signals into a reader, one after the other, as streams: no file is held as a whole.
 *
 * @param stdin what `-` means; asked once
 * @throws InputError with every file that cannot be read
 */
export async function readSignals(
  files: readonly string[],
  { cwd, stdin }: { readonly cwd: string; readonly stdin: () => Chunks },
  reader: SignalReader,
  namespace?: string,
): Promise<void> {
  const problems = files.flatMap((file) => (file === STDIN ? [] : problemsOf(file, cwd)));
  if (problems.length > 0) throw new InputError(problems);
  for (const file of files) {
    reader.open(file, namespace);
    const lines = new Lines(file, reader);
    if (file === STDIN) for await (const chunk of stdin()) lines.push(Buffer.from(chunk));
    else for await (const chunk of streamOf(resolve(cwd, file))) lines.push(chunk as Buffer);
    lines.end();
  }
}

const NAME_A_FILE = 'name a file of logs or metrics, or - for standard input';

function problemsOf(file: string, cwd: string): readonly InputError['problems'][number][] {
  try {
    const stat = statSync(resolve(cwd, file));
    if (!stat.isDirectory()) return [];
    return [{ file, message: 'this is a folder', remedy: 'name the files of logs or metrics in it' }];
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    const meant = code === 'ENOENT' || code === 'ENOTDIR' ? meantAs(file) : undefined;
    if (meant !== undefined) return [{ file, message: meant.message, remedy: NAME_A_FILE }];
    const message = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    return [{ file, message, remedy: NAME_A_FILE }];
  }
}

/** What comes next is read while this is understood. */
function streamOf(path: string): ReadStream {
  return createReadStream(path, { highWaterMark: CHUNK });
}

/** Cuts chunks into lines. PowerShell's `>` writes UTF-16, which its first bytes tell. */
class Lines {
  private decoder: StringDecoder | undefined;
  private rest = '';
  private isCut = false;

  public constructor(
    private readonly file: string,
    private readonly reader: SignalReader,
  ) {}

  public push(chunk: Buffer): void {
    const isFirst = this.decoder === undefined;
    this.decoder ??= this.decoderFor(chunk);
    if (isFirst) return this.take(this.decoder.write(chunk).replace(/^\ufeff/, ''));
    this.take(this.decoder.write(chunk));
  }

  public end(): void {
    this.take(this.decoder?.end() ?? '');
    if (this.isCut) this.reader.tooLong(this.rest);
    else if (this.rest !== '') this.reader.line(this.rest);
    this.rest = '';
    this.reader.close();
  }

  private decoderFor(chunk: Buffer): StringDecoder {
    if (chunk[0] === 0x1f && chunk[1] === 0x8b)
      throw new InputError([
        {
          file: this.file,
          message: 'this is gzip-compressed',
          remedy: 'unpack it first: `gunzip -c FILE | namespace-jail denied … --from -`',
        },
      ]);
    if (chunk[0] === 0xff && chunk[1] === 0xfe) return new StringDecoder('utf16le');
    // What is not UTF-8 must not end the reading: it becomes visible in the line where it is.
    return new StringDecoder('utf8');
  }

  private take(text: string): void {
    let start = 0;
    let end = text.indexOf('\n');
    if (end < 0) return this.keep(text);
    if (this.isCut) this.reader.tooLong(this.rest);
    else this.reader.line(this.rest === '' ? text.slice(0, end) : this.rest + text.slice(0, end));
    this.isCut = false;
    for (start = end + 1; (end = text.indexOf('\n', start)) >= 0; start = end + 1)
      this.reader.line(text.slice(start, end));
    this.rest = text.slice(start);
  }

  private keep(text: string): void {
    if (this.isCut) return;
    this.rest += text;
    if (this.rest.length <= LONGEST_LINE) return;
    this.isCut = true;
    this.rest = this.rest.slice(0, 4096);
  }
}
