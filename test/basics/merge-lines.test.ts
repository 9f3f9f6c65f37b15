import fc from 'fast-check';
import { hunksBetween, linesOf } from '../../lib/basics/line-diff';
import { mergeLines } from '../../lib/basics/merge-lines';
import { lawRuns } from '../helpers/laws';

const numRuns = lawRuns(500);
/** Few lines, so that they repeat; some texts do not end with a line end. */
const text = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', 'c', '{', '}'), { maxLength: 9 }), fc.boolean())
  .map(([lines, isOpen]) => lines.join('\n') + (isOpen || lines.length === 0 ? '' : '\n'));
const lines = (...words: readonly string[]): string => words.map((word) => `${word}\n`).join('');

/** A text with hunks of another in their place. */
function replaced(before: string, after: string): string {
  const [old, own] = [linesOf(before), linesOf(after)];
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, from, to } of hunksBetween(old, own)) {
    parts.push(...old.slice(at, start), ...own.slice(from, to));
    at = end;
  }
  return [...parts, ...old.slice(at)].join('');
}

describe('differences between two texts', () => {
  it('make one text of the other', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(replaced(a, b)).toBe(b);
      }),
      { numRuns },
    );
  });

  it('are none between equal texts, and never touch each other', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const hunks = hunksBetween(linesOf(a), linesOf(b));
        expect(hunks.length === 0).toBe(a === b);
        hunks.slice(1).forEach(({ start, from }, index) => {
          expect(start).toBeGreaterThan(hunks[index]?.end ?? 0);
          expect(from).toBeGreaterThan(hunks[index]?.to ?? 0);
        });
      }),
      { numRuns },
    );
  });

  it('are found in large texts at once', () => {
    const many = Array.from({ length: 60_000 }, (_, index) => `${index % 7 === 0 ? '}' : index}\n`);
    const other = many.flatMap((line, index) => (index % 5000 === 1 ? ['new\n', line] : [line]));
    expect(hunksBetween(many, other)).toHaveLength(12);
    expect(hunksBetween(Array(9000).fill('a\n'), Array(8000).fill('b\n'))).toHaveLength(1);
  });
});

describe('two changes of one text', () => {
  it('are the other one if one changes nothing', () => {
    fc.assert(
      fc.property(text, text, (base, other) => {
        expect(mergeLines(base, base, other)).toEqual({ text: other, conflicts: [] });
        expect(mergeLines(base, other, base)).toEqual({ text: other, conflicts: [] });
        expect(mergeLines(base, other, other)).toEqual({ text: other, conflicts: [] });
      }),
      { numRuns },
    );
  });

  it('conflict or not, whichever comes first, and then give the same text', () => {
    fc.assert(
      fc.property(text, text, text, (base, a, b) => {
        const [one, two] = [mergeLines(base, a, b), mergeLines(base, b, a)];
        expect(two.conflicts.map(({ mine, theirs }) => [theirs, mine])).toEqual(
          one.conflicts.map(({ mine, theirs }) => [mine, theirs]),
        );
        if (one.conflicts.length === 0) expect(two.text).toBe(one.text);
      }),
      { numRuns },
    );
  });

  it('are both in the text without conflicts, which then needs no second merge', () => {
    fc.assert(
      fc.property(text, text, text, (base, mine, theirs) => {
        const first = mergeLines(base, mine, theirs);
        if (first.conflicts.length > 0) return;
        expect(mergeLines(theirs, first.text, theirs)).toEqual(first);
      }),
      { numRuns },
    );
  });

  it('are merged where they are neighbours', () => {
    const { text: merged, conflicts } = mergeLines(
      lines('a', 'b', 'c'),
      lines('a', 'B', 'c'),
      lines('a', 'b', 'new', 'C'),
    );
    expect({ merged, conflicts }).toEqual({ merged: lines('a', 'B', 'new', 'C'), conflicts: [] });
  });

  it('conflict on the same line: mine stays', () => {
    const merge = mergeLines(lines('a', 'b', 'c'), lines('x', 'a', 'B', 'c'), lines('a', 'bb', 'c', 'd'));
    expect(merge).toEqual({
      text: lines('x', 'a', 'B', 'c', 'd'),
      conflicts: [{ base: lines('b'), mine: lines('B'), theirs: lines('bb'), line: 3 }],
    });
  });

  it('conflict where both insert at one place, and where one changes what the other drops', () => {
    expect(mergeLines(lines('a', 'b'), lines('a', 'x', 'b'), lines('a', 'y', 'b')).conflicts).toEqual([
      { base: '', mine: lines('x'), theirs: lines('y'), line: 2 },
    ]);
    expect(mergeLines(lines('a', 'b', 'c'), lines('a', 'B', 'c'), lines('a', 'c')).conflicts).toEqual([
      { base: lines('b'), mine: lines('B'), theirs: '', line: 2 },
    ]);
  });
});
