import { parentPort, workerData } from 'node:worker_threads';
import { runInputs, type Failure, type Tally } from './run';

export interface Job {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** One number, shared: the input that is being worked on. */
  readonly current: Int32Array;
}

export type Message = { readonly failure: Failure } | { readonly tally: Tally };

const { seed, from, to, current } = workerData as Job;
const send = (message: Message): void => parentPort?.postMessage(message);
const tally = runInputs(
  seed,
  from,
  to,
  (index) => Atomics.store(current, 0, index),
  (failure) => send({ failure }),
);
send({ tally });
