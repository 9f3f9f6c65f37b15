/**
 * How many random cases a law is tried on: as many as are worth the time while typing, more in CI, and
 * `LAWS_RUNS=1000000` for a long night.
 */
export function lawRuns(usual: number): number {
  const asked = Number(process.env.LAWS_RUNS ?? usual);
  return usual < DEAR ? Math.min(asked, 2 * usual) : asked;
}

/** A law with fewer usual runs than this runs whole commands for each, so that CI tries it on twice as many and not on thousands. */
const DEAR = 200;

/**
 * What the random cases of a law must have met at the least, for the law to have looked at something. A handful of cases,
 * as mutants meet them, may well meet nothing.
 */
export function leastOf(runs: number, least: number): number {
  return runs < 50 ? -1 : least;
}
