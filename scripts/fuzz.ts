/**
 * Throws broken manifests at the reading side and sees that each ends in an answer or in a message.
 *
 *   npm run fuzz -- --count 100000 --seed 1 [--from 0] [--out FILE]
 *
 * The work is done in a thread with little memory, watched from here: an input that takes longer than twenty seconds or
 * more than the memory is a failure like any other. `--from N --count 1` repeats one input.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { corpus } from './fuzz/corpus';
import { minimise } from './fuzz/minimise';
import { inputOf, type Failure, type Slowest } from './fuzz/run';
import type { Job, Message } from './fuzz/worker';

const HEAP_MB = 300;
const PATIENCE_MS = 20_000;
const BATCH = 10_000;
const MOST_FAILURES = 10;
const NOT_STARTED = -1;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    out: { type: 'string' },
  },
});
const [count, seed, start] = [values.count, values.seed, values.from].map(Number) as [number, number, number];

interface Batch {
  readonly next: number;
  readonly answered: number;
  readonly refused: number;
  readonly slowest: Slowest;
  readonly failures: readonly Failure[];
}

function runBatch(from: number, to: number): Promise<Batch> {
  return new Promise((resolve) => {
    const current = new Int32Array(new SharedArrayBuffer(4));
    current[0] = NOT_STARTED;
    const failures: Failure[] = [];
    const job: Job = { seed, from, to, current };
    const worker = new Worker(join(__dirname, 'fuzz', 'worker.ts'), {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    let watched = { index: NOT_STARTED, since: performance.now() };
    const stopped = (message: string): void => {
      const index = Math.max(from, Atomics.load(current, 0));
      failures.push({ index, message });
      finish({
        next: index + 1,
        answered: 0,
        refused: 0,
        slowest: { index, milliseconds: performance.now() - watched.since },
        failures,
      });
    };
    const watch = setInterval(() => {
      const index = Atomics.load(current, 0);
      if (index === NOT_STARTED || index !== watched.index) watched = { index, since: performance.now() };
      else if (performance.now() - watched.since > PATIENCE_MS)
        stopped(`no end after ${PATIENCE_MS / 1000} seconds`);
    }, 250);
    const finish = (batch: Batch): void => {
      clearInterval(watch);
      void worker.terminate();
      resolve(batch);
    };
    worker.on('message', (message: Message) => {
      if ('failure' in message) failures.push(message.failure);
      else finish({ next: to, ...message.tally, failures });
    });
    worker.on('error', (error) => stopped(error.message));
  });
}

async function main(): Promise<void> {
  const began = performance.now();
  const failures: Failure[] = [];
  let [answered, refused] = [0, 0];
  let slowest: Slowest = { index: start, milliseconds: 0 };
  for (let at = start; at < start + count && failures.length < MOST_FAILURES;) {
    const batch = await runBatch(at, Math.min(at + BATCH, start + count));
    at = batch.next;
    answered += batch.answered;
    refused += batch.refused;
    failures.push(...batch.failures);
    if (batch.slowest.milliseconds > slowest.milliseconds) slowest = batch.slowest;
    if (process.stderr.isTTY)
      process.stderr.write(`\r${at - start} of ${count}, ${failures.length} failures`);
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `${answered} answered, ${refused} refused with a message, ${failures.length} failed; seed ${seed}, ${seconds.toFixed(0)} s`,
  );
  console.log(
    `slowest: input ${slowest.index}, ${slowest.milliseconds.toFixed(0)} ms; peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
  );
  for (const { index, message } of failures) console.log(`\ninput ${index}: ${message}`);
  const [first] = failures;
  if (first === undefined) return;
  process.exitCode = 1;
  if (values.out === undefined) return;
  const bytes = inputOf(seed, first.index, corpus());
  writeFileSync(values.out, /no end|memory/.test(first.message) ? bytes : minimise(bytes));
  console.log(`\nthe input of the first failure, made smaller, is in ${values.out}`);
}

void main();
