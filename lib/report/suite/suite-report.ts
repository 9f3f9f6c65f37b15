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

/** `file:line case query: expected …, got …: why [objects]`, or why it is no test. */
export function failureLine(result: SuiteResult): string {
  const { origin, because, chain, fault } = result;
  const place = `${origin.file}:${origin.line}`;
  const name = result.query === undefined ? result.case : `${result.case} ${result.query}`;
  const objects = chain.length === 0 ? '' : ` [${chain.join('; ')}]`;
  const what = fault ?? `got ${result.actual}: ${because}${objects}`;
  return `${place} ${name}: expected ${result.expected}, ${fault === undefined ? '' : 'but '}${what}`;
}
