import { parentPort, workerData } from 'node:worker_threads';
import { corpus } from './corpus';
import { probe } from './probe';
import { runInputs, type Failure, type Tally } from './run';

export interface Job {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** One shared number: the input in progress. */
  readonly current: Int32Array;
}

/** A failure; or how many of the inputs before `next` ended well. */
export type Message = { readonly failure: Failure } | { readonly tally: Tally; readonly next: number };

const SLICE = 500;

const { seed, from, to, current } = workerData as Job;
const send = (message: Message): void => parentPort?.postMessage(message);
async function work(): Promise<void> {
  // What is loaded only once does not count as time of the first input.
  await probe(Buffer.from(corpus()[0] ?? ''));
  for (let at = from; at < to; at += SLICE) {
    const next = Math.min(at + SLICE, to);
    const tally = await runInputs(
      seed,
      at,
      next,
      (index) => Atomics.store(current, 0, index),
      (failure) => send({ failure }),
    );
    send({ tally, next });
  }
}

void work();
