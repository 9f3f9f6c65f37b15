import type { ProblemText } from '../basics/problem';
import { type Path } from './path';

/** Something the API server would refuse outright, at a field of an object. */
export interface Fault extends ProblemText {
  readonly path: Path;
}

/** A value in words, for messages: `the number 8080`, `a list`. */
export function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'empty (null)';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return typeof value === 'string' ? short : `the ${typeof value} ${short}`;
}
