import type { ProblemText } from '../basics/problem';

/** Why an object would be refused. */
export interface Violation extends ProblemText {
  /**
   * `W1` to `W35` of Linkerd's webhook, `decode` for what it cannot even read, `schema` of the CRD, `metadata` for names, labels and annotations, `kind` for a
   * kind or version that does not exist.
   */
  readonly rule: string;
  /** The field, as in `spec.port` or `spec.networks[0].cidr`; empty for the object as a whole. */
  readonly field: string;
}

/** A value as people would write it, cut short where it is long. */
export function show(value: unknown): string {
  const text = value === undefined ? 'absent' : (json(value) ?? `a ${typeof value}`);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Objects may come from code, where a value need not be one that JSON knows. */
function json(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined;
  } catch {
    return undefined;
  }
}
