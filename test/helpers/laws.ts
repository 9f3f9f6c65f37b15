/**
 * How many random cases a law is tried on: as many as are worth the time while typing, more in CI, and
 * `LAWS_RUNS=1000000` for a long night.
 */
export function lawRuns(usual: number): number {
  return Number(process.env.LAWS_RUNS ?? usual);
}
