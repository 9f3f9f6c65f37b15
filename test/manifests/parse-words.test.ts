import fc from 'fast-check';
import { load } from 'js-yaml';
import { KUBERNETES_SCHEMA, plainScalar } from '../../lib/manifests/kubernetes-yaml';

// What go-yaml v2 (kubectl, the API server) makes of unquoted words when it decodes to untyped values.
describe('an unquoted word is read as kubectl reads it', () => {
  test.each(['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE'])(
    '%s is true',
    (word) => {
      expect(plainScalar(word)).toBe(true);
    },
  );

  test.each(['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE'])(
    '%s is false',
    (word) => {
      expect(plainScalar(word)).toBe(false);
    },
  );

  test.each(['~', 'null', 'Null', 'NULL'])('%s is null', (word) => {
    expect(plainScalar(word)).toBeNull();
  });

  test.each([
    ['8080', 8080],
    ['-1', -1],
    ['+5', 5],
    ['1_000', 1000],
    ['017', 15],
    ['0o17', 15],
    ['0x1F', 31],
    ['-0b11', -3],
    ['089', 89],
    ['1e3', 1000],
    ['.5', 0.5],
    ['-.5', -0.5],
    ['1.', 1],
    ['18446744073709551616', 2 ** 64],
    ['-0', 0],
    ['-0e0', 0],
    ['-.0', 0],
  ])('%s is a number', (word, value) => {
    expect(plainScalar(word)).toBe(value);
  });

  test.each([
    'yEs',
    'tRUE',
    'nULL',
    '2024-01-31',
    '2024-01-31T10:00:00Z',
    '1:30',
    '10.0.0.0/8',
    '1.2.3',
    '0x',
    '0o8',
    '1e999',
    '-',
    '+',
    '.',
    '_1',
    '1.5_0x',
    'NaN',
    'Infinity',
    '0x1p-2',
    'grpc',
    '',
    '=',
    '<',
    '٣',
  ])('%j stays text', (word) => {
    expect(plainScalar(word)).toBe(word);
  });

  test.each(['.nan', '.inf', '-.INF'])('%s cannot be in a Kubernetes object', (word) => {
    expect(() => plainScalar(word)).toThrow('is not a number that JSON');
  });

  test('quotes and tags decide before the word does', () => {
    const text = `a: "yes"\nb: 'no'\nc: !!str 8080\nd: !!int "8080"\ne: ! on\nf: |-\n  on\ng: !!float 1\nh: !!bool yes\ni: !!null ''`;
    expect(load(text, { schema: KUBERNETES_SCHEMA })).toEqual({
      a: 'yes',
      b: 'no',
      c: '8080',
      d: 8080,
      e: 'on',
      f: 'on',
      g: 1,
      h: true,
      i: null,
    });
  });

  test('a key is text, but the text of what it means: on: becomes "true"', () => {
    expect(load('on: 1\n0x10: 2\n', { schema: KUBERNETES_SCHEMA })).toEqual({ true: 1, 16: 2 });
  });

  test('merge keys copy, and what stands beside them wins', () => {
    const text = 'base: &b {x: 1, y1: 2}\nuse:\n  <<: *b\n  x: 3\n';
    expect(load(text, { schema: KUBERNETES_SCHEMA })).toMatchObject({ use: { x: 3, y1: 2 } });
  });

  test('whatever the word, it is text, a finite number, a boolean or null, and never minus zero', () => {
    const alphabet = [...'0123456789+-._xXobeEyYnNtTfF~abc'];
    const words = fc.array(fc.constantFrom(...alphabet), { maxLength: 8 }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(words, (word) => {
        if (/^(?:[-+]?\.inf|\.nan)$/i.test(word)) return;
        const value = plainScalar(word);
        expect(
          typeof value === 'string'
            ? value === word
            : value === null || typeof value === 'boolean' || Number.isFinite(value),
        ).toBe(true);
        expect(Object.is(value, -0)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
