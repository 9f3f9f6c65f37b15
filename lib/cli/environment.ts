import { UserError } from '../basics/problem';
import { overwriting, printable, type Printable } from '../report/wording/printable';

/** The world around the command, so that tests and other programs can supply their own. */
export interface Environment {
  /** All of standard input; called once, when a path is `-`. */
  readonly stdin: () => Promise<string | Buffer> | string | Buffer;
  /** The same piece by piece, for what is too large to be held. @default all at once */
  readonly stdinChunks?: () => AsyncIterable<Buffer | string>;
  /** Results. */
  readonly out: (text: Printable) => void;
  /** Everything else: problems, notes, progress. */
  readonly err: (text: Printable) => void;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** Whether results go to a terminal. */
  readonly isTty: boolean;
  /** Whether results go to a file, as with `>` in a shell. @default false */
  readonly isFile?: boolean;
  /** Whether everything else goes to a terminal. @default false */
  readonly isErrTty?: boolean;
  /** What one types to run the command, for help. @default namespace-jail */
  readonly called?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What time it is. @default the system's clock */
  readonly now?: () => Date;
  /** Raises the exit status: 0 it holds, 1 the answer is no, 2 bad input. The highest one counts. */
  readonly setExit: (code: ExitCode) => void;
}

export type ExitCode = 0 | 1 | 2;

/** The command was called with bad arguments. */
export class UsageError extends UserError {
  /** @param message a line each */
  public constructor(...message: readonly string[]) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Says something beside the result, a line each. */
export function say(io: Pick<Environment, 'err'>, ...lines: readonly string[]): void {
  io.err(printable([...lines, '']));
}

/** Whether to colour a result (https://no-color.org); never in a file, whose reader may be a program. */
export function colorOf(
  { outputFile }: { readonly outputFile?: string },
  { isTty, isFile = false, env }: Pick<Environment, 'isTty' | 'isFile' | 'env'>,
): boolean {
  if (outputFile !== undefined || isFile) return false;
  const isSet = (name: string): boolean => env[name] !== undefined && env[name] !== '';
  if (isSet('NO_COLOR')) return false;
  if (isSet('FORCE_COLOR')) return env.FORCE_COLOR !== '0';
  return isTty && env.TERM !== 'dumb';
}

/** Shows progress on a terminal once the run takes longer than two seconds. */
export class Progress {
  private readonly start = Date.now();
  private shown = 0;

  public constructor(private readonly io: Pick<Environment, 'err' | 'isErrTty'>) {}

  public step(text: string): void {
    if (this.io.isErrTty !== true || Date.now() - this.start < 2000) return;
    this.io.err(overwriting(text.padEnd(this.shown)));
    this.shown = text.length;
  }

  /** Clears the line. */
  public done(): void {
    if (this.shown > 0) {
      this.io.err(overwriting(' '.repeat(this.shown)));
      this.io.err(overwriting(''));
    }
    this.shown = 0;
  }
}
