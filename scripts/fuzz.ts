/**
 * Throws broken manifests at the reading side and checks that each ends in an answer or in a message.
 *
 *   npm run fuzz -- --count 100000 --seed 1 [--from 0] [--out FILE]
 *   npm run fuzz -- --hostile [--count 500] [--from 0]
 *
 * The work runs in a thread with little memory, watched from here: an input that takes longer than five seconds or
 * too much memory is a failure like any other. `--from N --count 1` repeats one input. With
 * --hostile it puts a hostile string into one place after the other, and looks for it in every output.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { corpus } from './fuzz/corpus';
import { HostileInputs } from './fuzz/hostile';
import { messageLeak } from './fuzz/leaks';
import { minimise } from './fuzz/minimise';
import { inputOf, type Failure, type Slowest, type Tally } from './fuzz/run';
import type { Job, Message } from './fuzz/worker';

const HEAP_MB = 300;
const PATIENCE_MS = 5_000;
const MOST_FAILURES = 10;
const NOT_STARTED = -1;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    out: { type: 'string' },
    hostile: { type: 'boolean', default: false },
  },
});
const [count, seed, start] = [values.count, values.seed, values.from].map(Number) as [number, number, number];

class Summary {
  public answered = 0;
  public refused = 0;
  public slowest: Slowest = { index: start, milliseconds: 0 };
  public readonly failures: Failure[] = [];

  public add(tally: Tally): void {
    this.answered += tally.answered;
    this.refused += tally.refused;
    if (tally.slowest.milliseconds > this.slowest.milliseconds) this.slowest = tally.slowest;
  }
}

/** Runs inputs in a thread until all are done or one stops it; returns the number of the next one. */
function runFrom(from: number, to: number, summary: Summary): Promise<number> {
  return new Promise((resolve) => {
    const current = new Int32Array(new SharedArrayBuffer(4));
    current[0] = NOT_STARTED;
    const job: Job = { seed, from, to, current };
    const worker = new Worker(join(__dirname, 'fuzz', 'worker.ts'), {
      workerData: job,
      execArgv: ['-r', 'ts-node/register/transpile-only'],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    let watched = { index: NOT_STARTED, since: performance.now() };
    const finish = (next: number): void => {
      clearInterval(watch);
      void worker.terminate();
      resolve(next);
    };
    const stopped = (message: string): void => {
      const index = Math.max(from, Atomics.load(current, 0));
      summary.failures.push({ index, message });
      finish(index + 1);
    };
    const watch = setInterval(() => {
      const index = Atomics.load(current, 0);
      if (process.stderr.isTTY)
        process.stderr.write(`\r${index - start} of ${count}, ${summary.failures.length} failures`);
      if (index === NOT_STARTED || index !== watched.index) watched = { index, since: performance.now() };
      else if (performance.now() - watched.since > PATIENCE_MS)
        stopped(`not finished after ${PATIENCE_MS / 1000} seconds`);
    }, 250);
    worker.on('message', (message: Message) => {
      if ('failure' in message) summary.failures.push(message.failure);
      else {
        summary.add(message.tally);
        if (message.next === to) finish(to);
      }
      if (summary.failures.length >= MOST_FAILURES) finish(to);
    });
    worker.on('error', (error) => stopped(error.message));
  });
}

async function main(): Promise<void> {
  const began = performance.now();
  const summary = new Summary();
  const end = start + count;
  for (let at = start; at < end && summary.failures.length < MOST_FAILURES;)
    at = await runFrom(at, end, summary);
  if (process.stderr.isTTY) process.stderr.write('\n');
  const { answered, refused, slowest, failures } = summary;
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `${answered} answered, ${refused} refused with a message, ${failures.length} failed; seed ${seed}, ${seconds} s`,
  );
  console.log(
    `slowest: input ${slowest.index}, ${slowest.milliseconds.toFixed(0)} ms; peak memory ${memory} MB`,
  );
  for (const { index, message } of failures) console.log(`\ninput ${index}: ${message}`);
  const [first] = failures;
  if (first === undefined) return;
  process.exitCode = 1;
  if (values.out === undefined) return;
  const bytes = inputOf(seed, first.index, corpus());
  writeFileSync(values.out, /not finished|memory/.test(first.message) ? bytes : await minimise(bytes));
  console.log(`\nthe first failing input, minimised, is in ${values.out}`);
}

/** Every place meets every string in the end: count and from are in pairs of both. */
async function hostile(): Promise<void> {
  const inputs = new HostileInputs();
  const wrong: string[] = [];
  let refused = 0;
  for (let at = start; at < start + count && wrong.length < MOST_FAILURES; at += 1) {
    const index = at % inputs.manifests.length;
    const round = Math.floor(at / inputs.manifests.length);
    const refusal = inputs.refusal(index, round);
    if (refusal === undefined) wrong.push(...(await inputs.inManifests([index], round)));
    else {
      refused += 1;
      wrong.push(...[messageLeak(refusal)].filter((leak) => leak !== undefined));
    }
  }
  inputs.close();
  console.log(
    `${count} inputs, ${refused} refused with a message; ${inputs.calls} calls, ${inputs.answered} answered; ${wrong.length} leaks`,
  );
  for (const leak of wrong) console.log(leak);
  if (wrong.length > 0) process.exitCode = 1;
}

void (values.hostile ? hostile() : main());
