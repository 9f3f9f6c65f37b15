/**
 * How many random cases a law is tried on: as many as are worth the time while typing, more in CI, and
 * `LAWS_RUNS=1000000` for a long night.
 */
export function lawRuns(usual: number): number {
  return Number(process.env.LAWS_RUNS ?? usual);
}

/** The same for a law that runs whole commands for each case: CI tries it on twice as many, not on thousands. */
export function commandLawRuns(usual: number): number {
  return Math.min(lawRuns(usual), 2 * usual);
}

/**
 * What the random cases of a law must have met at the least, for the law to have looked at something. A handful of cases,
 * as mutants meet them, may well meet nothing.
 */
export function leastOf(runs: number, least: number): number {
  return runs < 50 ? -1 : least;
}
