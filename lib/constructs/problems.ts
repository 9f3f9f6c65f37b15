import { visible } from '../basics/visible';
import type { ProblemText } from '../basics/problem';

/** One thing that is wrong with a construct's props. */
export interface PropProblem extends ProblemText {
  /** Where in the props, such as `ports[0].port`. */
  readonly field: string;
  /** The value received, unchanged. */
  readonly received: unknown;
}

/** Collects problems below a field, so that a check need not know where its value is. */
export class Problems {
  public readonly all: PropProblem[] = [];

  public add(field: string, received: unknown, message: string, remedy: string): void {
    this.all.push({ field, received, message, remedy });
  }

  public get isEmpty(): boolean {
    return this.all.length === 0;
  }
}

/** All problems of one construct in one message, with its class and its path in the app. */
export function declarationError(construct: string, path: string, problems: readonly PropProblem[]): Error {
  return new Error(
    `invalid ${construct} at '${path}':\n${problems.map((problem) => `  ${visible(formatProp(problem))}`).join('\n')}`,
  );
}

export function formatProp({ field, received, message, remedy }: PropProblem): string {
  return `${field}: got ${inspect(received)}; ${message}; ${remedy}`;
}

/** A value as the user wrote it, of any type. */
export function inspect(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' && !Number.isFinite(value)) return `${value}`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
