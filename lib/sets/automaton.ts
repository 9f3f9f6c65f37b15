import { hasChar, type CharRanges } from './char-set';
import type { RegexProgram, RegexStep } from './regex-program';

/** Reads a text character by character, and says of each beginning whether it is one of a set of texts. */
export interface Automaton {
  readonly start: number;
  /** The state after one more character, or `DEAD`. */
  readonly step: (state: number, char: number) => number;
  readonly accepts: (state: number) => boolean;
  /** What it looks at: characters that are in the same of these sets are the same to it. */
  readonly sets: readonly CharRanges[];
}

/** From here on no text is one of the set. */
export const DEAD = -1;

/** Gives states their numbers. */
export class States<S> {
  private readonly numbers = new Map<string, number>();
  private readonly states: S[] = [];

  public number(key: string, state: S): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.states.length);
    return this.states.push(state) - 1;
  }

  public at(number: number): S | undefined {
    return this.states[number];
  }
}

/**
 * The texts that a pattern spans: its leftmost match is the whole text. Of several ways to match, Rust takes the one that
 * is tried first; once that one is done, the ways behind it do not count any more.
 */
export function regexAutomaton({ steps, first }: RegexProgram): Automaton {
  const states = new States<readonly number[]>();
  const numberOf = (places: readonly number[]): number =>
    places.length === 0 ? DEAD : states.number(places.join(), places);
  const atStart = ways(steps, [first], { start: true, end: false });
  const start = states.number('start', atStart);
  return {
    start,
    sets: steps.flatMap((step) => (step.kind === 'char' ? [step.ranges] : [])),
    step: (state, char) => {
      const next = (states.at(state) ?? []).flatMap((place) => {
        const step = steps[place];
        return step?.kind === 'char' && hasChar(step.ranges, char) ? [step.next] : [];
      });
      return numberOf(ways(steps, next, { start: false, end: false }));
    },
    accepts: (state) => {
      const atEnd = ways(steps, states.at(state) ?? [], { start: state === start, end: true });
      return atEnd.some((place) => steps[place]?.kind === 'match');
    },
  };
}

/** The places where a character, the end or the match is waited for, in the order in which they are tried. */
function ways(
  steps: readonly RegexStep[],
  from: readonly number[],
  at: { readonly start: boolean; readonly end: boolean },
): readonly number[] {
  const found: number[] = [];
  const seen = new Set<number>();
  const stack = [...from].reverse();
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const step = steps[place];
    if (step === undefined || seen.has(place)) continue;
    seen.add(place);
    if (step.kind === 'split') stack.push(...[...step.next].reverse());
    else if ((step.kind === 'start' && at.start) || (step.kind === 'end' && at.end)) stack.push(step.next);
    else if (step.kind !== 'start') found.push(place);
    if (step.kind === 'match') break;
  }
  return found;
}
