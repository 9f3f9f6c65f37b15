import { parseAllDocuments } from 'yaml';
import { blocksOf, pages } from './blocks';
import { callsOf, runCall } from './command';
import { run, typeErrors } from './typescript';

const blocks = pages().flatMap(blocksOf);
const programs = blocks.filter(({ language }) => language === 'ts');
// Blocks that follow on each other in a folder of their own are run by test/docs/walk.test.ts
const alone = blocks.filter(({ mark }) => mark !== 'walk');
const calls = alone.flatMap((block) => callsOf(block).map((call) => ({ ...call, place: block.place })));

it('the documentation has code to test', () => expect(programs.length).toBeGreaterThan(5));

it('every ts block is well typed', () => expect(typeErrors(programs)).toEqual([]));

describe.each(programs)('the ts block at $place', (block) => {
  const [error] = block.results.filter(({ mark }) => mark === 'error');
  const emitted = block.results.filter(({ mark }) => mark === 'emitted');

  if (error !== undefined) {
    it('fails with the message that stands below it', () => {
      expect(() => run(block)).toThrow(new Error(error.text.trimEnd()));
    });
    return;
  }

  it('runs', () => expect(() => run(block)).not.toThrow());

  for (const { place, text } of emitted) {
    it(`emits what stands at ${place}`, () => {
      const objects = run(block);
      for (const document of parseAllDocuments(text)) expect(objects).toContainEqual(document.toJS());
    });
  }
});

if (calls.length > 0) {
  describe('the command', () => {
    it.each(calls)('runs as at $place: $line', async (call) => {
      const { printed, errors, status } = await runCall(call);
      expect({ status, errors }).not.toMatchObject({ status: 2 });
      if (call.shown !== undefined) expect(printed).toBe(call.shown);
    });
  });
}
