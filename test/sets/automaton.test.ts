import fc from 'fast-check';
import { compileRegex } from '../../lib/linkerd/regex';
import { regexAutomaton, type Automaton } from '../../lib/sets/automaton';
import { compileProgram } from '../../lib/sets/regex-program';
import { textClasses } from '../../lib/sets/text-classes';
import { lawRuns, leastOf } from '../helpers/laws';

function automatonOf(pattern: string): Automaton {
  const regex = compileRegex(pattern);
  const program = regex.ok ? compileProgram(regex.syntax()) : undefined;
  if (program === undefined) throw new Error(`${pattern} is not taken apart`);
  return regexAutomaton(program);
}

function accepts(automaton: Automaton, text: string): boolean {
  let state = automaton.start;
  for (const char of text) if (state >= 0) state = automaton.step(state, char.codePointAt(0) ?? 0);
  return state >= 0 && automaton.accepts(state);
}

const leaf = fc.constantFrom(
  'a',
  'b',
  '/',
  'ab',
  '.',
  '[ab]',
  '[^a/]',
  '\\w',
  '\\d',
  '(?i)A',
  'é',
  '^',
  '$',
  '',
);
const pattern = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.tuple(tie('pattern'), tie('pattern')).map((parts) => parts.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map((parts) => `(?:${parts.join('|')})`),
    fc
      .tuple(
        tie('pattern'),
        fc.constantFrom('*', '+', '?', '{2}', '{1,}', '{0,2}', '{1,3}', '*?', '+?', '??', '{0,2}?'),
      )
      .map(([part, often]) => `(${part})${often}`),
  ),
})).pattern;
const text = fc
  .array(fc.constantFrom('a', 'b', 'A', '/', 'é', '7', '-'), { maxLength: 6 })
  .map((all) => all.join(''));

it('an automaton says of each text what Rust says: which way is tried first decides', () => {
  let spanned = 0;
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 20, maxLength: 20 }), (source, texts) => {
      const regex = compileRegex(source);
      if (!regex.ok) throw new Error(regex.problem);
      const automaton = automatonOf(source);
      for (const one of texts) {
        expect([source, one, accepts(automaton, one)]).toEqual([source, one, regex.spans(one)]);
        if (regex.spans(one)) spanned += 1;
      }
    }),
    { numRuns: lawRuns(150) },
  );
  expect(spanned).toBeGreaterThan(leastOf(lawRuns(150), 20));
});

describe('the ways in which patterns hold together, each with a text', () => {
  const all: readonly (readonly [number, number])[] = [[0x21, 0x7e]];
  const ways = (...patterns: string[]): Record<string, string> => {
    const { classes, complete } = textClasses(automatonOf('(?s).*'), patterns.map(automatonOf), all);
    expect(complete).toBe(true);
    return Object.fromEntries(
      classes.map(({ text: sample, spanned }) => [
        patterns.filter((_, i) => spanned[i]).join(' and ') || 'none',
        sample,
      ]),
    );
  };

  it('two that overlap', () => {
    expect(ways('/a.*', '/.*z')).toEqual({ none: '', '/a.*': '/a', '/.*z': '/z', '/a.* and /.*z': '/az' });
  });

  it('one inside another', () => {
    expect(ways('/[a-z]+', '/abc')).toEqual({ none: '', '/[a-z]+': '/a', '/[a-z]+ and /abc': '/abc' });
  });

  it('two of another text that mean the same', () => {
    expect(ways('/(a|b)', '/[ab]')).toEqual({ none: '', '/(a|b) and /[ab]': '/a' });
  });

  it('a way behind one that is tried first and done does not count', () => {
    expect(ways('/(a|ab)', '/(ab|a)')).toEqual({ none: '', '/(a|ab) and /(ab|a)': '/a', '/(ab|a)': '/ab' });
  });

  it('too many of them to go through', () => {
    const patterns = Array.from({ length: 20 }, (_, i) => automatonOf(`.*${String.fromCharCode(97 + i)}.*`));
    expect(textClasses(automatonOf('(?s).*'), patterns, all).complete).toBe(false);
  });
});

it('word boundaries are not taken apart', () => {
  const regex = compileRegex('\\ba\\b');
  expect(regex.ok && compileProgram(regex.syntax())).toBeUndefined();
});
