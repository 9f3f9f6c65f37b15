/** The measurement of `denied.bench.ts`, compiled and in processes of their own: each has its own memory. */
import { execFileSync } from 'node:child_process';
import { createReadStream, statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { readSignals } from '../lib/input/signal-files';
import { SignalReader } from '../lib/signals/signal-reader';

const RUNS = 3;
const [, , file = '', mode] = process.argv;

/** A stream, its text, its lines: nothing else. */
async function bare(): Promise<number> {
  let [lines, rest] = [0, ''];
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    const all = (rest + String(chunk)).split('\n');
    rest = all.pop() ?? '';
    for (const line of all) if (line.length > 0) lines += 1;
  }
  return lines;
}

async function read(): Promise<number> {
  const reader = new SignalReader();
  await readSignals([file], { cwd: process.cwd(), stdin: () => process.stdin }, reader);
  return reader.reading().lines;
}

interface Figures {
  readonly seconds: number;
  readonly lines: number;
  /** Resident at the most, in MB. */
  readonly memory: number;
}

async function measure(): Promise<void> {
  const start = performance.now();
  const lines = await (mode === 'bare' ? bare() : read());
  const seconds = (performance.now() - start) / 1000;
  const figures: Figures = { seconds, lines, memory: process.resourceUsage().maxRSS / 1024 };
  console.log(JSON.stringify(figures));
}

/** The quickest of several processes: others on the machine only ever make it slower. */
function best(what: string): Figures {
  const runs = Array.from({ length: RUNS }, () => {
    const out = execFileSync(process.execPath, [__filename, file, what], { encoding: 'utf8' });
    return JSON.parse(out) as Figures;
  });
  return runs.reduce((a, b) => (b.seconds < a.seconds ? b : a));
}

if (mode === undefined) {
  const megabytes = statSync(file).size / 1e6;
  const [loop, reading] = [best('bare'), best('read')];
  const say = (name: string, { seconds, lines, memory }: Figures): void =>
    console.log(
      `${name.padEnd(22)} ${seconds.toFixed(2)} s  ${(megabytes / seconds).toFixed(0)} MB/s  ${lines} lines  ${memory.toFixed(0)} MB of memory`,
    );
  console.log(
    `denied: ${megabytes.toFixed(0)} MB of log, compared with a bare loop that splits it into lines`,
  );
  say('bare loop', loop);
  say('signals read', reading);
  console.log(`ratio                  ${(reading.seconds / loop.seconds).toFixed(2)}  (at most 2)`);
} else void measure();
