import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { isSameValue } from '../../lib/kubernetes/fields';

it.each([
  [{ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }, true],
  [{}, {}, true],
  [[], [], true],
  [[], {}, false],
  [{}, null, false],
  [[1, 2], [2, 1], false],
  [[1], [1, 2], false],
  [{ a: undefined }, { b: undefined }, false],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: 1 }, { a: '1' }, false],
  [JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":2}'), false],
  [{}, JSON.parse('{"__proto__":1}'), false],
  [{ toString: 1 }, {}, false],
  [{ at: new Date(0) }, { at: new Date(1) }, false],
  [Number.NaN, Number.NaN, true],
])('%j and %j: %j', (a: unknown, b: unknown, same: boolean) => {
  expect([isSameValue(a, b), isSameValue(b, a)]).toEqual([same, same]);
});

it('holds for what is deeply equal, and for nothing else', () => {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, 0, -0, 1, 'a', '', true, undefined),
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('value'), {
        maxKeys: 2,
        noNullPrototype: true,
      }),
    ),
  }));
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(isSameValue(a, b)).toBe(isDeepStrictEqual(a, b));
      expect(isSameValue(a, structuredClone(a))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
