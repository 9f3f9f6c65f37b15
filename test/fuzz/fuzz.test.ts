import { corpus } from '../../scripts/fuzz/corpus';
import { probe } from '../../scripts/fuzz/probe';
import { runInputs, type Failure } from '../../scripts/fuzz/run';

describe('whatever the input, it ends in an answer or a message', () => {
  test('the seeds themselves are answered', async () => {
    const outcomes: string[] = [];
    for (const seed of corpus()) outcomes.push(await probe(Buffer.from(seed)));
    expect(outcomes).toEqual(corpus().map(() => 'answered'));
  });

  // The first of the inputs that `npm run fuzz` tries; it goes on for a hundred thousand.
  test('200 mutated inputs', async () => {
    const failures: Failure[] = [];
    const { answered, refused } = await runInputs(1, 0, 200, undefined, (failure) => failures.push(failure));
    expect(failures.map(({ index, message }) => `input ${index}: ${message}`)).toEqual([]);
    expect(answered + refused).toBe(200);
    expect(Math.min(answered, refused)).toBeGreaterThan(40); // neither all broken at once nor all harmless
  });
});
