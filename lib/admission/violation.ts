import type { ProblemText } from '../basics/problem';

/** One reason why an object would be refused. */
export interface Violation extends ProblemText {
  /**
   * `W1` to `W35` for Linkerd's webhook, `decode` for what it cannot even read, `schema` for the CRD, `metadata` for
   * names, labels and annotations, `kind` for a
   * kind or version that does not exist.
   */
  readonly rule: string;
  /** The field, such as `spec.port` or `spec.networks[0].cidr`; empty for the object as a whole. */
  readonly field: string;
}

/** A value as people would write it, shortened if long. */
export function show(value: unknown): string {
  const text = value === undefined ? 'missing' : (json(value) ?? `a ${typeof value}`);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Objects may come from code, where a value need not be valid JSON. */
function json(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined;
  } catch {
    return undefined;
  }
}
