import { DEAD, regexAutomaton, States, type Automaton } from './automaton';
import { LAST_CHAR, type CharRanges } from './char-set';
import { compileProgram } from './regex-program';
import { textClasses } from './text-classes';

/** A pattern: its text, which tells it from others, and what Rust makes of it. */
export interface Pattern {
  readonly text: string;
  readonly spans: (text: string) => boolean;
  /** As Rust parsed it. */
  readonly syntax: () => unknown;
}

/** A pattern, and what reads the texts that it spans; nothing does where it cannot be taken apart. */
export interface ReadPattern {
  readonly pattern: Pattern;
  readonly automaton: Automaton | undefined;
}

export function readPattern(pattern: Pattern): ReadPattern {
  const program = compileProgram(pattern.syntax());
  return { pattern, automaton: program === undefined ? undefined : regexAutomaton(program) };
}

/** Texts, one for each way in which patterns can hold together, as far as that is known. */
export interface Samples {
  readonly texts: readonly string[];
  /** Patterns that may hold together in yet another way. */
  readonly unsure: ReadonlySet<string>;
}

/**
 * Tries all ways in which patterns can hold together on the texts of a set. What Rust itself says of each text that is
 * found must be what was expected of it.
 */
export function sampleTexts(within: Automaton, patterns: readonly ReadPattern[], chars: CharRanges): Samples {
  const read = patterns.flatMap(({ pattern, automaton }) =>
    automaton === undefined ? [] : [{ pattern, automaton }],
  );
  const automata = read.map(({ automaton }) => automaton);
  const { classes, complete } = textClasses(within, automata, chars);
  const isAsExpected = classes.every(({ text, spanned }) =>
    read.every(({ pattern }, i) => pattern.spans(text) === spanned[i]),
  );
  const doubtful =
    complete && isAsExpected ? patterns.filter(({ automaton }) => automaton === undefined) : patterns;
  return {
    texts: classes.map(({ text }) => text),
    unsure: new Set(doubtful.map(({ pattern }) => pattern.text)),
  };
}

/** Values of query parameters are decoded before they are matched: they may have any character. */
export const QUERY_CHARS: CharRanges = [
  [0, 0xd7ff],
  [0xe000, LAST_CHAR],
];

/** Values of headers, as far as Linkerd takes them for text. */
export const HEADER_CHARS: CharRanges = [[0x20, 0x7e]];

const BLANK = 0x20;

/** All texts but these, and but those that begin or end with a blank where blanks are trimmed. */
export function textsBut(words: readonly string[], isTrimmed: boolean): Automaton {
  const states = new States<{ readonly text: string | undefined; readonly afterBlank: boolean }>();
  const number = (text: string | undefined, afterBlank: boolean): number =>
    states.number(`${afterBlank} ${text === undefined ? '' : `=${text}`}`, { text, afterBlank });
  const start = number('', false);
  return {
    start,
    sets: [...new Set([' ', ...words.join('')])].map((char) => {
      const point = char.codePointAt(0) ?? 0;
      return [[point, point]];
    }),
    step: (state, char) => {
      const isBlank = isTrimmed && char === BLANK;
      if (state === start && isBlank) return DEAD;
      const text = states.at(state)?.text;
      const longer = text === undefined ? undefined : text + String.fromCodePoint(char);
      const mayBecome = longer !== undefined && words.some((word) => word.startsWith(longer));
      return number(mayBecome ? longer : undefined, isBlank);
    },
    accepts: (state) => {
      const place = states.at(state);
      if (place === undefined || place.afterBlank) return false;
      return place.text === undefined || !words.includes(place.text);
    },
  };
}
