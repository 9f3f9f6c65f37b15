import { HostileInputs } from '../../scripts/fuzz/hostile';
import { messageLeak } from '../../scripts/fuzz/leaks';

const EACH = 14;
const inputs = new HostileInputs();
afterAll(() => inputs.close());

/** The part of the calls that were answered: refusals alone would prove little. */
async function answered(work: () => Promise<void>): Promise<number> {
  const before = [inputs.answered, inputs.calls] as const;
  await work();
  return (inputs.answered - before[0]) / (inputs.calls - before[1]);
}

// `npm run fuzz -- --hostile` goes on, until each place has met each string.
describe('hostile text stays text, in every verb and every format', () => {
  it('in every string and every key of the manifests', async () => {
    const wrong: string[] = [];
    const rounds = Math.ceil(inputs.manifests.length / EACH);
    const readable: number[] = [];
    inputs.manifests.forEach((_, index) => {
      // With the string that its round puts there.
      const refusal = inputs.refusal(index, index % rounds);
      if (refusal === undefined) readable.push(index);
      else wrong.push(...[messageLeak(refusal)].filter((leak) => leak !== undefined));
    });
    expect(readable.length).toBeGreaterThan(inputs.manifests.length / 2);
    const share = await answered(async () => {
      for (let round = 0; round < rounds; round += 1) {
        // Far from each other, so that not all of one object is broken at once.
        const at = readable.filter((index) => index % rounds === round);
        wrong.push(...(await inputs.inManifests(at, round)));
      }
    });
    expect(wrong).toEqual([]);
    expect(share).toBeGreaterThan(0.5);
  });

  it('in suites, accepted findings, arguments and names of files', async () => {
    const wrong: string[] = [];
    const share = await answered(async () => {
      for (let round = 0; round < 24; round += 1) wrong.push(...(await inputs.inOtherFiles(round)));
    });
    expect(wrong).toEqual([]);
    expect(share).toBeGreaterThan(0.5);
  });
});
