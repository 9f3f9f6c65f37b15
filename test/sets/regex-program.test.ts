import { compileRegex } from '../../lib/linkerd/regex';
import { regexAutomaton } from '../../lib/sets/automaton';
import { compileProgram, type RegexProgram } from '../../lib/sets/regex-program';
import { HEADER_CHARS, QUERY_CHARS, readPattern, sampleTexts, textsBut } from '../../lib/sets/text-space';
import type { Pattern } from '../../lib/sets/text-space';

function programOf(pattern: string): RegexProgram | undefined {
  const regex = compileRegex(pattern);
  if (!regex.ok) throw new Error(regex.problem);
  return compileProgram(regex.syntax());
}

/** Whether a pattern spans a text, by what it was translated into. */
function spans(pattern: string, text: string): boolean {
  const program = programOf(pattern);
  if (program === undefined) throw new Error(`${pattern} is not taken apart`);
  const automaton = regexAutomaton(program);
  let state = automaton.start;
  for (const char of text) if (state >= 0) state = automaton.step(state, char.codePointAt(0) ?? 0);
  return state >= 0 && automaton.accepts(state);
}

describe('a pattern that was taken apart spans what Rust says that it spans', () => {
  it.each<[pattern: string, spanned: readonly string[], not: readonly string[]]>([
    ['', [''], ['a']],
    ['abc', ['abc'], ['ab', 'abcd', 'xabc']],
    ['[a-c]x', ['ax', 'cx'], ['dx', 'x']],
    ['é€😀', ['é€😀'], ['é€', 'e']],
    ['(?i)k', ['k', 'K', '\u212a'], ['c']],
    ['a*', ['', 'a', 'aaa'], ['b', 'ab']],
    ['a+', ['a', 'aa'], ['']],
    ['a{2}', ['aa'], ['a', 'aaa']],
    ['a{2,}', ['aa', 'aaaa'], ['a']],
    ['a{0,2}', ['', 'a', 'aa'], ['aaa']],
    ['a{1,3}', ['a', 'aaa'], ['', 'aaaa']],
    ['a{0}', [''], ['a']],
    ['(a|b)c', ['ac', 'bc'], ['c', 'abc']],
    ['(?:a*)*b', ['b', 'aab'], ['a']],
    ['(?:|a)+b', ['b', 'ab', 'aab'], ['a']],
    ['(?:|a)*b', ['b', 'ab', 'aab'], ['a']],
    ['^a$', ['a'], ['aa']],
    ['a^b', [], ['ab', 'a']],
    ['a$b', [], ['ab']],
    // Which alternative is tried first decides how long the match is.
    ['a|ab', ['a'], ['ab']],
    ['ab|a', ['a', 'ab'], ['b']],
    ['a?', ['', 'a'], ['aa']],
    ['a??', [''], ['a']],
    ['a*?', [''], ['a']],
    ['a+?', ['a'], ['aa']],
    ['a{1,2}?', ['a'], ['aa']],
    ['a{2,}?', ['aa'], ['aaa']],
  ])('%j', (pattern, spanned, not) => {
    const regex = compileRegex(pattern);
    if (!regex.ok) throw new Error(regex.problem);
    const texts = [...spanned, ...not];
    expect(texts.filter((text) => regex.spans(text))).toEqual(spanned);
    expect(texts.filter((text) => spans(pattern, text))).toEqual(spanned);
  });
});

describe('a pattern is not taken apart', () => {
  it.each(['a\\bc', '\\Ba', '(?m)^a', '(?m)a$', 'a\\b{start}'])(
    '%s: it looks at what is around a place',
    (pattern) => {
      expect(programOf(pattern)).toBeUndefined();
    },
  );

  it('if it has more steps than anybody would wait for', () => {
    expect(programOf('a{3998}')).toBeDefined();
    expect(programOf('a{4001}')).toBeUndefined();
  });

  it('if it is nothing that Rust hands out; any other fault is ours', () => {
    expect(compileProgram({ kind: { '@variant': 'Novelty' } })).toBeUndefined();
    expect(() => compileProgram({})).toThrow(TypeError);
  });
});

describe('texts for each way in which patterns hold together', () => {
  const pattern = (text: string): Pattern => {
    const regex = compileRegex(text);
    if (!regex.ok) throw new Error(regex.problem);
    return { text, spans: regex.spans, syntax: regex.syntax };
  };
  const ways = (
    chars: typeof HEADER_CHARS,
    but: readonly string[],
    ...patterns: readonly Pattern[]
  ): string[] => {
    const { texts, unsure } = sampleTexts(
      textsBut(but, chars === HEADER_CHARS),
      patterns.map(readPattern),
      chars,
    );
    const held = texts.map((text) => {
      const spanning = patterns.filter((one) => one.spans(text)).map((one) => one.text);
      return `${JSON.stringify(text)}: ${spanning.join(' and ') || 'none'}`;
    });
    return [...held.sort(), ...[...unsure].map((one) => `unsure of ${one}`)];
  };

  it('are one for each, among all texts but some', () => {
    expect(ways(QUERY_CHARS, [], pattern('a.*'), pattern('.*b'))).toEqual([
      '"": none',
      '"a": a.*',
      '"ab": a.* and .*b',
      '"b": .*b',
    ]);
    expect(ways(QUERY_CHARS, ['a', 'ab'], pattern('a|ab?'))).toEqual(['"": none']);
  });

  it('have no blank at their ends, and none but plain characters, where they are values of headers', () => {
    expect(ways(HEADER_CHARS, [''], pattern(' ?a'), pattern('.. ?'))).toEqual([
      '"a":  ?a',
      '"aa": .. ?',
      '"b": none',
    ]);
    expect(ways(HEADER_CHARS, [], pattern(' +'))).toEqual(['"": none']);
    expect(ways(QUERY_CHARS, [], pattern(' +'))).toEqual(['" ":  +', '"": none']);
    expect(ways(HEADER_CHARS, [], pattern('é'))).toEqual(['"": none']);
    expect(ways(QUERY_CHARS, [], pattern('é'))).toEqual(['"": none', '"é": é']);
  });

  it('leave unsure what cannot be taken apart, but nothing else', () => {
    expect(ways(QUERY_CHARS, [], pattern('a\\b'), pattern('b'))).toEqual([
      '"": none',
      '"b": b',
      'unsure of a\\b',
    ]);
  });

  it('leave everything unsure, where Rust says otherwise of one', () => {
    const liar: Pattern = { ...pattern('b'), spans: () => false };
    expect(ways(QUERY_CHARS, [], pattern('a'), liar)).toEqual([
      '"": none',
      '"a": a',
      '"b": none',
      'unsure of a',
      'unsure of b',
    ]);
  });
});
