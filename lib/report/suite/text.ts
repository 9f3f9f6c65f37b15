import { failureLine, failures, totalOf, type SuiteReport } from './suite-report';

/** One line per failed question, then the counts of passed and failed across all suites. */
export function suiteText(reports: readonly SuiteReport[]): string {
  const failed = failures(reports);
  const passed = totalOf(reports) - failed.length;
  return [...failed.map(failureLine), `${passed} passed, ${failed.length} failed`, ''].join('\n');
}
