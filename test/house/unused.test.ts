import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modulesIn, type Module } from './modules';
import { ROOT } from '../helpers/paths';

const LIB = modulesIn('lib');
/** Whose exports are for other people. */
const DOORS = ['lib/index.ts', 'lib/analysis.ts'];

/** Everything that these modules take, as `file name`. */
function takenBy(modules: readonly Module[]): Set<string> {
  return new Set(
    modules.flatMap(({ imports }) =>
      imports.flatMap(({ from, names }) => names.map((name) => `${from} ${name}`)),
    ),
  );
}

describe('exports', () => {
  const taken = takenBy([...LIB, ...modulesIn('scripts', 'bench')]);
  const tested = takenBy(modulesIn('test'));

  it('the doors are there, and take from the house', () => {
    expect(DOORS.filter((door) => !LIB.some(({ file }) => file === door))).toEqual([]);
    expect(taken.size).toBeGreaterThan(500);
  });

  // A type also has a user in the signature that names it, and a function in the test of it, if its own file calls it.
  it('have a user', () => {
    const unused = LIB.filter(({ file }) => !DOORS.includes(file)).flatMap(({ file, exports }) =>
      [...exports].flatMap(([name, { isType, isUsedHere }]) => {
        const key = `${file} ${name}`;
        const isTaken = taken.has(key) || taken.has(`${file} *`);
        return isTaken || (isUsedHere && (isType || tested.has(key))) ? [] : [key];
      }),
    );
    expect(unused).toEqual([]);
  });
});

describe('dependencies of package.json', () => {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  const declared = [...Object.keys(dependencies), ...Object.keys(peerDependencies)].sort();

  it('are what lib imports, no more and no less', () => {
    const imported = [...LIB, ...modulesIn('imports')].flatMap(({ imports }) =>
      imports.map(({ from }) => from),
    );
    const packages = imported.filter((from) => !/^(?:node:|lib\/|imports\/)/.test(from));
    expect([...new Set(packages)].sort()).toEqual(declared);
  });
});
