import fc from 'fast-check';
import { compileRegex } from '../../lib/linkerd/regex';

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
  ])('%s, %j: %s', (pattern, text, expected) => {
    expect(spans(pattern, text)).toBe(expected);
  });
});

describe('what Rust does not take is refused with the pattern and the reason', () => {
  it.each([
    '(',
    '[a',
    '*',
    '(?=x)',
    '(?<!x)y',
    '(a)\\1',
    'a\\Z',
    '\\Qa\\E',
    '/users/{id}',
    '{2}{',
    'a{,3}',
    'x{2,1}',
    '(?z)a',
  ])('%s', (pattern) => {
    expect(spans(pattern, 'a')).toContain(
      `${JSON.stringify(pattern)} is not a regular expression Linkerd accepts: `,
    );
  });

  it.each(['[a[bc]]', '[a-z&&b]', '[a-z--b]', '\\<a', 'a{1001}', '(?x) a'])(
    '%s, which Rust reads otherwise than RE2, is not judged by another meaning',
    (pattern) => {
      expect(compileRegex(pattern).ok).toBe(false);
    },
  );

  it.each([
    ['a\\1', '\\1 is not an escape it knows'],
    ['[a[bc]]', 'a [ inside [ ] must be written \\['],
    ['[a&&b]', '&& inside [ ] must be escaped'],
    ['[a--b]', '-- inside [ ] must be escaped'],
    ['[a~~b]', '~~ inside [ ] must be escaped'],
    ['[^a&&b]', '&& inside [ ] must be escaped'],
    ['[]a[b]', 'a [ inside [ ] must be written \\['],
    ['[a]{', 'a literal { must be written \\{'],
  ])('%s: %s', (pattern, reason) => {
    expect(spans(pattern, 'a')).toBe(
      `${JSON.stringify(pattern)} is not a regular expression Linkerd accepts: ${reason}`,
    );
  });

  it.each([
    ['[&&a]', '&'],
    ['[-a]', '-'],
    ['[a&]', '&'],
    ['[^]a]', 'b'],
    ['[[:digit:][:alpha:]]', '7'],
    ['[[:alpha:]-]', '-'],
    ['[a]&&', 'a&&'],
    ['[a]b[c]', 'abc'],
    ['\\[[a]', '[a'],
  ])('%s is no such pattern, and spans %s', (pattern, text) => {
    expect(spans(pattern, text)).toBe(true);
  });

  it('says how a literal brace is written', () => {
    expect(spans('/users/{id}', '/users/{id}')).toMatchInlineSnapshot(
      `""/users/{id}" is not a regular expression Linkerd accepts: a literal { must be written \\{"`,
    );
  });
});

it('never throws, whatever the pattern', () => {
  const fragment = fc.constantFrom(
    'a',
    '/',
    '\\',
    '[',
    ']',
    '{',
    '}',
    '(',
    ')',
    '?',
    '*',
    '+',
    '|',
    '^',
    '-',
    '&&',
    '1',
    ',',
    ':',
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
