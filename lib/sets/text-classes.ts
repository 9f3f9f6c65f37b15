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

const MOST_STATES = 2000;

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
  const all = [within, ...patterns];
  const alphabet = representatives(
    all.flatMap(({ sets }) => sets),
    chars,
  ).map((char) => [char, String.fromCodePoint(char)] as const);
  const found = new Map<string, TextClass>();
  const nothing = patterns.map(() => false);
  const seen = new Set<string>();
  let level = [{ text: '', states: all.map(({ start }) => start) }];
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { text, states } of level) {
      const [place = DEAD, ...others] = states;
      if (within.accepts(place)) {
        const spanned = patterns.map(
          (pattern, i) => others[i] !== DEAD && pattern.accepts(others[i] ?? DEAD),
        );
        if (!found.has(spanned.join())) found.set(spanned.join(), { text, spanned });
      }
      // Where no pattern can hold any more there is nothing left to find.
      if (found.has(nothing.join()) && others.every((state) => state === DEAD)) continue;
      for (const [char, letter] of alphabet) {
        const after = all.map((one, i) => {
          const state = states[i] ?? DEAD;
          return state === DEAD ? DEAD : one.step(state, char);
        });
        const key = after.join();
        if (after[0] === DEAD || seen.has(key)) continue;
        if (seen.size >= most) return { classes: [...found.values()], complete: false };
        seen.add(key);
        next.push({ text: text + letter, states: after });
      }
    }
    level = next;
  }
  return { classes: [...found.values()], complete: true };
}
