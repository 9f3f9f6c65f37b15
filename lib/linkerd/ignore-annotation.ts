/** Ours, not Linkerd's: accepts findings of the object that carries it: `RULE: reason; RULE: reason`. */
export const IGNORE_ANNOTATION = 'namespace-jail/ignore';

/** What an annotation accepts; the reason is empty where none is given. */
export interface Ignored {
  readonly rule: string;
  readonly reason: string;
}

export function parseIgnore(text: string): Ignored[] {
  const parts = text.split(';').filter((part) => part.trim() !== '');
  return (parts.length === 0 ? [text] : parts).map((part) => {
    const colon = part.indexOf(':');
    return colon < 0
      ? { rule: part.trim(), reason: '' }
      : { rule: part.slice(0, colon).trim(), reason: part.slice(colon + 1).trim() };
  });
}
