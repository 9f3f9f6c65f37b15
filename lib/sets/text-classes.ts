import { DEAD, type Automaton } from './automaton';
import { representatives, type CharRanges } from './char-set';

/** Texts that no pattern tells apart. */
export interface TextClass {
  /** The shortest of them, or one of the shortest. */
  readonly text: string;
  /** Which patterns span them. */
  readonly spanned: readonly boolean[];
}

export interface TextClasses {
  readonly classes: readonly TextClass[];
  /** Whether these are all; if not, the patterns are too many or too intricate. */
  readonly complete: boolean;
}

const MOST_STATES = 1000;

/** How far a text has been read: by what it must be within, and by the patterns that it may still become one of. */
interface Reading {
  readonly text: string;
  readonly place: number;
  readonly alive: readonly (readonly [pattern: number, state: number])[];
}

/**
 * The ways in which patterns can hold together on the texts of a set, each with a text.
 *
 * @param within the texts that come into question
 * @param chars the characters that these have
 */
export function textClasses(
  within: Automaton,
  patterns: readonly Automaton[],
  chars: CharRanges,
  most = MOST_STATES,
): TextClasses {
  const alphabet = representatives(
    [within, ...patterns].flatMap(({ sets }) => sets),
    chars,
  ).map((char) => [char, String.fromCodePoint(char)] as const);
  const found = new Map<string, TextClass>();
  const nothing = patterns.map(() => false).join();
  const seen = new Set<string>();
  let level: readonly Reading[] = [
    { text: '', place: within.start, alive: patterns.map(({ start }, i) => [i, start]) },
  ];
  while (level.length > 0) {
    const next: Reading[] = [];
    for (const { text, place, alive } of level) {
      if (within.accepts(place)) {
        const spanned = patterns.map(() => false);
        for (const [i, state] of alive) spanned[i] = patterns[i]?.accepts(state) === true;
        if (!found.has(spanned.join())) found.set(spanned.join(), { text, spanned });
      }
      // Where no pattern can hold any more there is nothing left to find.
      if (alive.length === 0 && found.has(nothing)) continue;
      for (const [char, letter] of alphabet) {
        const there = within.step(place, char);
        if (there === DEAD) continue;
        const left: (readonly [number, number])[] = [];
        for (const [i, state] of alive) {
          const after = patterns[i]?.step(state, char) ?? DEAD;
          if (after !== DEAD) left.push([i, after]);
        }
        const key = `${there} ${left.join(' ')}`;
        if (seen.has(key)) continue;
        if (seen.size >= most) return { classes: [...found.values()], complete: false };
        seen.add(key);
        next.push({ text: text + letter, place: there, alive: left });
      }
    }
    level = next;
  }
  return { classes: [...found.values()], complete: true };
}
