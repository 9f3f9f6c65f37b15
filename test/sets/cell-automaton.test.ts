import {
  cellAutomaton,
  OTHER,
  PathTree,
  samplePath,
  segmentsOf,
  type Segment,
} from '../../lib/sets/path-tree';

/** Which of the paths a cell has, by reading them character by character. */
function has(
  segments: readonly Segment[],
  open: boolean,
  except: readonly string[][],
  paths: readonly string[],
): string[] {
  const automaton = cellAutomaton({ segments, open, except: except.map((names) => new Set(names)) });
  return paths.filter((path) => {
    let state = automaton.start;
    for (const char of path) if (state >= 0) state = automaton.step(state, char.codePointAt(0) ?? 0);
    return state >= 0 && automaton.accepts(state);
  });
}

const PATHS = [
  '',
  'a',
  '/',
  '/a',
  '/ab',
  '/b',
  '/a/',
  '/a/b',
  '/a/bc',
  '/a/c',
  '/a/c/d',
  '//',
  '//b',
  '/b/b',
  '/a//',
  '/witness',
];

describe('the paths of a cell, read character by character, are', () => {
  it('one path, where its segments are named', () => {
    expect(has(['a'], false, [[]], PATHS)).toEqual(['/a']);
    expect(has([''], false, [[]], PATHS)).toEqual(['/']);
    expect(has(['a', 'b'], false, [[], []], PATHS)).toEqual(['/a/b']);
    expect(has(['a', ''], false, [[], []], PATHS)).toEqual(['/a/']);
  });

  it('those with any other segment than the named ones in its place', () => {
    expect(has([OTHER], false, [['a', '']], PATHS)).toEqual(['/ab', '/b', '/witness']);
    expect(has([OTHER, 'b'], false, [['a'], []], PATHS)).toEqual(['//b', '/b/b']);
    expect(has(['a', OTHER], false, [[], ['b', '']], PATHS)).toEqual(['/a/bc', '/a/c']);
  });

  it('and those that go on behind it, where it is open', () => {
    expect(has(['a', OTHER], true, [[], ['b']], PATHS)).toEqual(['/a/', '/a/bc', '/a/c', '/a/c/d', '/a//']);
    expect(has([OTHER], true, [['a']], PATHS)).toEqual(['/', '/ab', '/b', '//', '//b', '/b/b', '/witness']);
  });
});

it('cells are all paths, none twice, and a sample of each is one of its own', () => {
  const tree = new PathTree();
  for (const path of ['/a', '/a/b', '/witness', '/c/']) tree.add(segmentsOf(path));
  tree.addSecond('d');
  const cells = tree.cells();
  const homes = (path: string): number =>
    cells.filter(
      ({ segments, open, except }) =>
        has(
          segments,
          open,
          except.map((set) => [...set]),
          [path],
        ).length > 0,
    ).length;
  for (const path of [...PATHS.filter((one) => one.startsWith('/')), ...cells.map(samplePath)])
    expect([path, homes(path)]).toEqual([path, 1]);
  for (const cell of cells)
    expect(
      has(
        cell.segments,
        cell.open,
        cell.except.map((set) => [...set]),
        [samplePath(cell)],
      ),
    ).toEqual([samplePath(cell)]);
});
