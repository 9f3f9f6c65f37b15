import fc from 'fast-check';
import { DEAD, type Automaton } from '../../lib/sets/automaton';
import { cellAutomaton, isSendable, OTHER, PathTree, samplePath, segmentsOf } from '../../lib/sets/path-tree';
import { lawRuns } from '../helpers/laws';

function accepts(automaton: Automaton, text: string): boolean {
  let state = automaton.start;
  for (const char of text) if (state !== DEAD) state = automaton.step(state, char.codePointAt(0) ?? 0);
  return state !== DEAD && automaton.accepts(state);
}

const segment = fc.constantFrom('a', 'ab', 'b', 'witness', '');
const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => `/${segments.join('/')}`);
const other = fc
  .array(fc.oneof(segment, fc.constantFrom('c', 'abc', 'witnes')), { minLength: 1, maxLength: 4 })
  .map((segments) => `/${segments.join('/')}`);

it('every path is in one cell, and the sample of a cell is in that cell', () => {
  fc.assert(
    fc.property(
      fc.array(path, { maxLength: 5 }),
      fc.boolean(),
      fc.option(segment),
      other,
      (paths, isGrpc, second, asked) => {
        const tree = new PathTree();
        for (const one of paths) tree.add(segmentsOf(one));
        if (isGrpc) tree.add([OTHER]);
        if (isGrpc && second !== null) tree.addSecond(second);
        const cells = tree.cells();
        const automata = cells.map(cellAutomaton);
        expect(automata.filter((one) => accepts(one, asked))).toHaveLength(1);
        cells.forEach((cell, i) => {
          expect(automata.map((one) => accepts(one, samplePath(cell)))).toEqual(
            cells.map((_, at) => at === i),
          );
        });
      },
    ),
    { numRuns: lawRuns(300) },
  );
});

it('the shortest come first', () => {
  const tree = new PathTree();
  tree.add(segmentsOf('/api/items'));
  expect(tree.cells().map(samplePath)).toEqual([
    '/',
    '/api',
    '/witness',
    '/api/items',
    '/api/witness',
    '//witness',
    '/api/items/witness',
  ]);
});

it.each([
  ['/a~b{c}', true],
  ['/é', true],
  ['/a b', false],
  ['/a?b', false],
  ['/a#b', false],
  ['a', false],
  ['', false],
])('whether a client can send %j as it is: %s', (text, expected) => {
  expect(isSendable(text)).toBe(expected);
});
