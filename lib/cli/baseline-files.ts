import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readWritten } from '../input/files';
import { InputError, formatProblem } from '../basics/problem';
import {
  inForce,
  parseBaseline,
  NO_BASELINE,
  type AcceptedOpening,
  type AcceptedUnjudged,
  type Baseline,
} from '../questions/break-in/baseline';
import { say, UsageError, type Environment } from './environment';

export interface BaselineOptions {
  readonly baseline?: readonly string[];
  readonly writeBaseline?: string;
  readonly reason?: string;
}

type Entry = AcceptedOpening | AcceptedUnjudged;

/** The files of `--baseline` together, without entries whose time is over; those are noted. */
export function readBaselines(
  files: readonly string[],
  io: Pick<Environment, 'cwd' | 'err' | 'now'>,
): Baseline {
  const all = files.map((file) => readBaseline(file, io.cwd));
  const together = all.reduce(
    (sum, one) => ({
      openings: [...sum.openings, ...one.openings],
      unjudged: [...sum.unjudged, ...one.unjudged],
    }),
    NO_BASELINE,
  );
  const today = (io.now?.() ?? new Date()).toISOString().slice(0, 10);
  const current = inForce(together, today);
  const counts = new Set<Entry>([...current.openings, ...current.unjudged]);
  for (const entry of [...together.openings, ...together.unjudged]) {
    if (counts.has(entry)) continue;
    note(
      io,
      entry,
      `the entry for ${nameOf(entry)} ended on ${entry.until ?? ''} and no longer counts`,
      'remove it, or give it a later date if it should',
    );
  }
  return current;
}

/** Notes entries that accept nothing any more. */
export function noteStale(entries: readonly Entry[], io: Pick<Environment, 'err'>): void {
  for (const entry of entries)
    note(
      io,
      entry,
      `the entry for ${nameOf(entry)} accepts nothing any more`,
      'remove it, or correct what it names',
    );
}

/**
 * What `--write-baseline` needs. A file of entries with reasons is not replaced unless its entries are read as well.
 *
 * @throws UsageError if an option is missing, or the file is there
 */
export function requireWritable(
  { baseline = [], writeBaseline, reason }: BaselineOptions,
  cwd: string,
): { readonly file: string; readonly reason: string } | undefined {
  if (writeBaseline === undefined) {
    if (reason === undefined) return undefined;
    throw new UsageError(
      '--reason is for --write-baseline FILE; without it there is nothing to give a reason for',
    );
  }
  if (reason === undefined || reason.trim() === '')
    throw new UsageError('--write-baseline needs --reason "…": why these ways in are accepted');
  const isRead = baseline.some((file) => resolve(cwd, file) === resolve(cwd, writeBaseline));
  if (!isRead && existsSync(resolve(cwd, writeBaseline)))
    throw new UsageError(
      `${writeBaseline} is there already; pass --baseline ${writeBaseline} as well, which keeps its entries and their reasons, or another file`,
    );
  return { file: writeBaseline, reason: reason.trim() };
}

function readBaseline(file: string, cwd: string): Baseline {
  const read = readWritten(file, cwd);
  if ('problem' in read)
    throw new InputError([{ ...read.problem, message: `cannot read the baseline: ${read.problem.message}` }]);
  return parseBaseline(read.text, file);
}

function nameOf(entry: Entry): string {
  return 'object' in entry ? entry.object : entry.notJudged;
}

function note(io: Pick<Environment, 'err'>, { place }: Entry, message: string, remedy: string): void {
  say(io, `note: ${formatProblem({ ...place, message, remedy })}`);
}
