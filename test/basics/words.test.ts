import fc from 'fast-check';
import { editDistance } from '../../lib/basics/edit-distance';
import { didYouMean, enumerate, firstOf, nearest } from '../../lib/basics/words';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['port', '', 4],
    ['', 'port', 4],
    ['port', 'port', 0],
    ['prot', 'port', 2],
    ['kitten', 'sitting', 3],
    ['Server', 'Servers', 1],
  ])('from %p to %p', (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits);
  });

  it('is a metric', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 8 }),
        fc.string({ maxLength: 8 }),
        fc.string({ maxLength: 8 }),
        (a, b, c) => {
          expect(editDistance(a, b)).toBe(editDistance(b, a));
          expect(editDistance(a, b) === 0).toBe(a === b);
          expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
        },
      ),
    );
  });
});

it('the nearest word is one that was likely meant', () => {
  expect(nearest('Sevrer', ['Server', 'HTTPRoute'])).toBe('Server');
  expect(nearest('x', ['Server'])).toBeUndefined();
  expect(nearest('Server', ['Server'])).toBeUndefined();
  expect(didYouMean('alow', ['allow', 'deny'])).toBe('; did you mean "allow"?');
  expect(didYouMean('zzz', ['allow', 'deny'])).toBe('');
});

it('words in a row are counted where there are too many', () => {
  expect(enumerate(['a'])).toBe('a');
  expect(enumerate(['a', 'b', 'a'])).toBe('a and b');
  expect(enumerate(['a', 'b', 'c'], 8, 'or')).toBe('a, b or c');
  expect(enumerate(['a', 'b', 'c', 'd'], 3)).toBe('a, b and 2 more');
});

it.each([
  [[], ''],
  [['a', 'b'], 'a, b'],
  [['a', 'b', 'c'], 'a, b, …'],
])('firstOf(%j, 2) is %j', (words, text) => {
  expect(firstOf(words, 2)).toBe(text);
});
