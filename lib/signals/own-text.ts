/**
 * A text of its own. What is cut out of a large text keeps all of it in memory; whatever is kept for longer than a line must
 * not.
 */
export function ownText(text: string): string {
  // Shorter ones are copied anyway.
  return text.length < 13 ? text : ` ${text}`.slice(1);
}

/** A value all of whose texts are its own. */
export function ownValueOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
