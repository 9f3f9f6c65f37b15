import { corpus, seedOf } from './corpus';
import { failureOf } from './minimise';
import { mutate } from './mutate';
import { probe, type Outcome } from './probe';
import { Random } from './random';

export interface Slowest {
  readonly index: number;
  readonly milliseconds: number;
}

export interface Tally {
  answered: number;
  refused: number;
  slowest: Slowest;
}

export interface Failure {
  readonly index: number;
  readonly message: string;
}

export function inputOf(seed: number, index: number, seeds: readonly string[]): Buffer {
  return mutate(new Random(seedOf(seed, index)), seeds);
}

/** Runs inputs one after the other; `at` gets the number of each before it starts. */
export async function runInputs(
  seed: number,
  from: number,
  to: number,
  at: (index: number) => void = () => undefined,
  failed: (failure: Failure) => void = () => undefined,
): Promise<Tally> {
  const seeds = corpus();
  const tally: Tally = { answered: 0, refused: 0, slowest: { index: from, milliseconds: 0 } };
  for (let index = from; index < to; index += 1) {
    at(index);
    const bytes = inputOf(seed, index, seeds);
    const start = performance.now();
    let outcome: Outcome | undefined;
    try {
      outcome = await probe(bytes);
    } catch {
      failed({ index, message: (await failureOf(bytes)) ?? 'failed once, then did not fail again' });
    }
    const milliseconds = performance.now() - start;
    if (outcome !== undefined) tally[outcome] += 1;
    if (milliseconds > tally.slowest.milliseconds) tally.slowest = { index, milliseconds };
  }
  return tally;
}
