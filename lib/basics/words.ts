import { editDistance } from './edit-distance';

/** A value as written in YAML or JSON. */
export function quote(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}

/** `a`, `a and b`, `a, b and c`; beyond `most` the rest is only counted. */
export function enumerate(words: readonly string[], most = 8, conjunction: 'and' | 'or' = 'and'): string {
  const unique = [...new Set(words)];
  if (unique.length > most) {
    return `${unique.slice(0, most - 1).join(', ')} ${conjunction} ${unique.length - most + 1} more`;
  }
  const last = unique.at(-1) ?? '';
  return unique.length < 2 ? last : `${unique.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

/** The first few words, for a reader who only needs an idea of them: `a, b, …`. */
export function firstOf(words: readonly string[], most = 8): string {
  return [...words.slice(0, most), ...(words.length > most ? ['…'] : [])].join(', ');
}

/** `port 80`, `ports 80 and 443`. */
export function counted(words: readonly (string | number)[], singular: string): string {
  const unique = [...new Set(words.map(String))];
  return `${singular}${unique.length === 1 ? '' : 's'} ${enumerate(unique)}`;
}

/** The candidate spelled most like a word, if it is likely to be what was meant. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.min(3, Math.floor(word.length / 3))) + 1;
  for (const candidate of candidates) {
    const edits = editsBetween(word.toLowerCase(), candidate.toLowerCase());
    if (edits < least && candidate !== word) [best, least] = [candidate, edits];
  }
  return best;
}

/** Swapped letters are the commonest slip, and count as one edit. */
function editsBetween(a: string, b: string): number {
  const sameLetters = a.length > 2 && [...a].sort().join('') === [...b].sort().join('');
  return sameLetters && a !== b ? 1 : editDistance(a, b);
}

/** `; did you mean "x"?` or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? '' : `; did you mean ${quote(meant)}?`;
}
