import fc from 'fast-check';
import { useNodeRegexEngine } from '../../lib/input/regex-engine';
import { compileRegex, useRegexEngine, type RustRegex } from '../../lib/linkerd/regex';

function spans(pattern: string, text: string): boolean | string {
  const regex = compileRegex(pattern);
  return regex.ok ? regex.spans(text) : regex.problem;
}

describe('a pattern spans a text when its leftmost match is the whole text (6.2)', () => {
  it.each([
    ['/api/.*', '/api/x', true],
    ['/api', '/api/x', false],
    ['api', '/api', false],
    ['^/api$', '/api', true],
    ['(?i)/API', '/api', true],
    ['/(a|b)+', '/abba', true],
    // The first alternative that fits is taken, though the second would reach the end.
    ['/(a|ab)', '/ab', false],
    ['/(ab|a)', '/ab', true],
    ['/a.', '/a\n', false],
    ['(?s)/a.', '/a\n', true],
    ['', '', true],
    ['', '/', false],
    ['/[[:digit:]]{2,3}', '/123', true],
    ['/[]a]', '/]', true],
    ['/\\{id\\}', '/{id}', true],
    ['/ü+', '/üü', true],
    ['/🙂.', '/🙂🙂', true],
  ])('%s, %j: %s', (pattern, text, expected) => {
    expect(spans(pattern, text)).toBe(expected);
  });
});

describe('the dialect is that of Rust', () => {
  it.each([
    // Classes and word boundaries are those of Unicode.
    ['\\w+', 'é', true],
    ['\\W', 'é', false],
    ['\\d', '٣', true],
    ['\\D', '٣', false],
    ['\\s', '\u00a0', true],
    ['\\S', '\u00a0', false],
    ['(?-u)\\w', 'é', false],
    // Operators of classes, at their start as well.
    ['[--a]', '-', true],
    ['[--a]', '=', false],
    ['[&&x]', 'x', false],
    ['[~~x]', 'x', true],
    ['[a-z&&b]', 'b', true],
    ['[a-z&&b]', 'c', false],
    ['[a-z--b]', 'b', false],
    ['[a[bc]]', 'c', true],
    ['[]-a]', '-', true],
    // Repetitions.
    ['/a{02}', '/aa', true],
    ['a{2,03}', 'aaa', true],
    ['a{ 2}', 'aa', true],
    ['x{1}{2}', 'xx', true],
    ['a**', 'aaa', true],
    ['a++', 'aa', true],
    ['(?:a{100}){2}', 'a'.repeat(200), true],
    ['/files/[a-z0-9]{1,2000}', '/files/x', true],
    // Flags, escapes, names and properties.
    ['(?x) a b', 'ab', true],
    ['(?R)a', 'a', true],
    ['\\u0041\\U00000042', 'AB', true],
    ['\\<a\\>', 'a', true],
    ['\\b{start}a', 'a', true],
    ['\\p{Letter}', 'é', true],
    ['\\p{greek}', 'α', true],
    ['\\p{sc=Greek}', 'a', false],
    ['(?<a.b>x)', 'x', true],
    ['(?<é>x)', 'x', true],
    ['[[=a=]]', '=', true],
  ])('%s, %j: %s', (pattern, text, expected) => {
    expect(spans(pattern, text)).toBe(expected);
  });
});

describe('what Rust does not take is refused with the pattern and the reason', () => {
  it.each([
    ['(', 'unclosed group'],
    ['[a', 'unclosed character class'],
    ['*', 'repetition operator missing expression'],
    ['(?=x)', 'look-around, including look-ahead and look-behind, is not supported'],
    ['(?<!x)y', 'look-around, including look-ahead and look-behind, is not supported'],
    ['(a)\\1', 'backreferences are not supported'],
    ['a\\Z', 'unrecognized escape sequence'],
    ['\\Qa\\E', 'unrecognized escape sequence'],
    ['/users/{id}', 'repetition quantifier expects a valid decimal'],
    ['x{2,1}', 'invalid repetition count range, the start must be <= the end'],
    ['(?z)a', 'unrecognized flag'],
    ['(?P<1>x)', 'invalid capture group character'],
    ['(?<1>x)', 'invalid capture group character'],
    ['\\p{^Greek}', 'Unicode property not found'],
    ['[\\d-z]', 'invalid range boundary, must be a literal'],
    ['\\x{D800}', 'hexadecimal literal is not a Unicode scalar value'],
    ['\\p{Cs}', 'Unicode property value not found'],
    ['(?ii)x', 'duplicate flag'],
    ['(?)x', 'repetition operator missing expression'],
    ['(?i-i)x', 'duplicate flag'],
    ['|{02}', 'repetition operator missing expression'],
    ['\\w{1000}', 'Compiled regex exceeds size limit of 10485760 bytes.'],
  ])('%s: %s', (pattern, reason) => {
    expect(spans(pattern, 'a')).toBe(
      `${JSON.stringify(pattern)} is not a regular expression Linkerd accepts: ${reason}`,
    );
  });
});

it('more patterns than are kept compiled still mean what they say', () => {
  const numbers = Array.from({ length: 300 }, (_, i) => i);
  const all = numbers.map((i) => compileRegex(`/${i}a*`));
  expect(all.map((regex, i) => regex.ok && regex.spans(`/${i}aa`) && !regex.spans(`/${i + 1}`))).toEqual(
    numbers.map(() => true),
  );
});

describe('an engine that fails says nothing about the pattern', () => {
  afterEach(useNodeRegexEngine);

  it('because it cannot be loaded', () => {
    useRegexEngine(() => {
      throw new Error('no such package');
    });
    expect(() => compileRegex('a')).toThrow('no such package');
  });

  it('because it has run out of memory', () => {
    useRegexEngine(
      () =>
        function full(): RustRegex {
          throw new RangeError('out of memory');
        } as unknown as ReturnType<Parameters<typeof useRegexEngine>[0]>,
    );
    expect(() => compileRegex('a')).toThrow('out of memory');
  });
});

it('never throws, whatever the pattern', () => {
  const fragment = fc.constantFrom(
    ...['a', '/', '\\', '[', ']', '{', '}', '(', ')', '?', '*', '+', '|', '^', '-', '&&', '1', ',', ':'],
  );
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 12 }), fc.string(), (parts, text) => {
      expect(['boolean', 'string']).toContain(typeof spans(parts.join(''), text));
    }),
  );
});

it('a text spans itself, once its signs are escaped', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      expect(
        spans(
          text.replace(/[^A-Za-z0-9]/g, (sign) => `\\x{${sign.charCodeAt(0).toString(16)}}`),
          text,
        ),
      ).toBe(true);
    }),
  );
});
