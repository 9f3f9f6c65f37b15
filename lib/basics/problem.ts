/** Something wrong with the input: what, where, and what to do. */
export interface Problem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** What is wrong, with the value received and what is allowed. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** Bad input, all of it at once; the command turns it into exit status 2. */
export class InputError extends Error {
  public constructor(public readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'InputError';
  }
}

/** `file:line:column: message; remedy` */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  return `${place}: ${problem.message}${problem.remedy === undefined ? '' : `; ${problem.remedy}`}`;
}
