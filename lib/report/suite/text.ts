import { printable, type Printable } from '../wording/printable';
import { failureLine, failures, totalOf, type SuiteReport } from './suite-report';

/** One line per failed question, then the counts of passed and failed across all suites. */
export function suiteText(reports: readonly SuiteReport[]): Printable {
  const failed = failures(reports);
  const passed = totalOf(reports) - failed.length;
  return printable([...failed.map(failureLine), `${passed} passed, ${failed.length} failed`, '']);
}
