/**
 * What jails cost compared with writing the same objects by hand: construction and synth of 2,000 jails with 5 ports each
 * in one chart, against bare ApiObjects with the same content, explicit names and constant ids (`jails.ts`).
 *
 * Every run is a separate process, and the two kinds take turns.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Measured } from './jails';

const PAIRS = 9;
const root = join(__dirname, '..');

function measure(kind: 'jails' | 'bare'): Measured {
  const args = [join(root, 'build', 'bench', 'jails.js'), kind];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Measured;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.examples.json'], { cwd: root, stdio: 'inherit' });

const pairs = Array.from({ length: PAIRS }, () => ({ jails: measure('jails'), bare: measure('bare') }));
const digests = new Set(pairs.flatMap(({ jails, bare }) => [jails.digest, bare.digest]));
if (digests.size !== 1) throw new Error('jails and bare objects do not write the same text');

console.log(
  `2,000 jails x 5 ports, ${pairs[0]?.jails.objects} objects: ${PAIRS} pairs of processes, medians`,
);
for (const unit of ['milliseconds', 'cpu'] as const) {
  const jails = median(pairs.map((pair) => pair.jails[unit]));
  const bare = median(pairs.map((pair) => pair.bare[unit]));
  const ratio = median(pairs.map((pair) => pair.jails[unit] / pair.bare[unit]));
  const name = unit === 'cpu' ? 'processor time' : 'wall time';
  console.log(
    `  ${name.padEnd(15)} jails ${jails.toFixed(0)} ms, bare ${bare.toFixed(0)} ms, ratio ${ratio.toFixed(3)}`,
  );
}
