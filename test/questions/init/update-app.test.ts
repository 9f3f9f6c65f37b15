import fc from 'fast-check';
import { updateApp, type Files } from '../../../lib/questions/init/update-app';
import { lawRuns } from '../../helpers/laws';

const numRuns = lawRuns(300);
const PATHS = ['README.md', 'jails/a.ts', 'jails/b.ts', 'main.ts'] as const;
const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '}'), { minLength: 1, maxLength: 5 })
  .map((lines) => `${lines.join('\n')}\n`);
const files: fc.Arbitrary<Files> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...PATHS), text), { selector: ([path]) => path })
  .map((entries) => new Map(entries));

/** The files after the changes of an update. */
function after(edited: Files, { changes }: ReturnType<typeof updateApp>): Files {
  const left = new Map(edited);
  for (const { path, after: now } of changes) {
    if (now === undefined) left.delete(path);
    else left.set(path, now);
  }
  return left;
}

const sorted = (map: Files): [string, string][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

describe('the update of an app', () => {
  it('that nobody edited is what a new run writes', () => {
    fc.assert(
      fc.property(files, files, (base, next) => {
        const update = updateApp({ base, edited: base, next }, false);
        expect(update.conflicts).toEqual([]);
        expect(sorted(after(base, update))).toEqual(sorted(next));
        expect(sorted(update.base)).toEqual(sorted(next));
      }),
      { numRuns },
    );
  });

  it('changes nothing where a new run writes what the first one wrote', () => {
    fc.assert(
      fc.property(files, files, (base, edited) => {
        expect(updateApp({ base, edited, next: base }, false)).toMatchObject({ changes: [], conflicts: [] });
      }),
      { numRuns },
    );
  });

  it('has nothing left to change once it is applied, and repeats its conflicts until they are settled', () => {
    fc.assert(
      fc.property(files, files, files, (base, edited, next) => {
        const first = updateApp({ base, edited, next }, false);
        const now = after(edited, first);
        const again = updateApp({ base: first.base, edited: now, next }, false);
        expect(again.changes).toEqual([]);
        expect(again.conflicts.length > 0).toBe(first.conflicts.length > 0);
        if (first.conflicts.some(({ whole }) => whole === 'moved')) return;
        const settled = updateApp({ base: first.base, edited: now, next }, true);
        expect(sorted(settled.base)).toEqual(sorted(next));
        expect(updateApp({ base: settled.base, edited: now, next }, false)).toMatchObject({
          changes: [],
          conflicts: [],
        });
      }),
      { numRuns },
    );
  });
});
