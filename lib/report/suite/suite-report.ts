import type { SuiteResult } from '../../questions/suite';

/** The results of one suite file. */
export interface SuiteReport {
  readonly file: string;
  readonly results: readonly SuiteResult[];
}

/** All results that differ from what was expected. */
export function failures(reports: readonly SuiteReport[]): SuiteResult[] {
  return reports.flatMap(({ results }) => results.filter(({ passed }) => !passed));
}

/** The number of results. */
export function totalOf(reports: readonly SuiteReport[]): number {
  return reports.reduce((sum, { results }) => sum + results.length, 0);
}

/** `file:line case query: expected …, got …: why [objects]` */
export function failureLine(result: SuiteResult): string {
  const { origin, because, chain } = result;
  const place = `${origin.file}:${origin.line}`;
  const name = result.query === undefined ? result.case : `${result.case} ${result.query}`;
  const objects = chain.length === 0 ? '' : ` [${chain.join('; ')}]`;
  return `${place} ${name}: expected ${result.expected}, got ${result.actual}: ${because}${objects}`;
}
