import { visible } from './visible';

/** Something wrong, in words. Where it is wrong is added by others: a file, a field, the props of a construct. */
export interface ProblemText {
  /** What is wrong, with the value received and what is allowed. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** A place in a text; lines and columns count from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Something wrong with the input: what, where, and what to do. */
export interface Problem
  extends Pick<ProblemText, 'message'>, Partial<Pick<ProblemText, 'remedy'>>, Partial<TextPlace> {
  readonly file: string;
}

/** An error the user can fix: the message says what is wrong, what is allowed, and what to do. */
export abstract class UserError extends Error {
  /** The command's exit status. */
  public readonly exitStatus = 2;

  /** @param lines the message; a line break or control character within a line is part of a name, and becomes visible */
  public constructor(protected readonly lines: readonly string[]) {
    super(lines.map(visible).join('\n'));
  }

  /** What the command prints on standard error, line by line. */
  public get report(): readonly string[] {
    return this.lines.map((line, index) => (index === 0 ? `error: ${line}` : line));
  }
}

/** Bad input, all of it at once. */
export class InputError extends UserError {
  public constructor(public readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem));
    this.name = 'InputError';
  }

  /** Every problem starts with its own place. */
  public override get report(): readonly string[] {
    return this.lines;
  }
}

/** `file:line:column: message; remedy` */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  return `${place}: ${problem.message}${problem.remedy === undefined ? '' : `; ${problem.remedy}`}`;
}
