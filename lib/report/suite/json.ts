import type { Printable } from '../wording/printable';
import type { SuiteResult } from '../../questions/suite';
import { coverageJson, type CoverageOptions } from '../wording/coverage';
import { json } from '../wording/object-json';
import { failures, totalOf, type SuiteReport } from './suite-report';

/** Everything, for machines; documented in docs/json.md. */
export function suiteJson(reports: readonly SuiteReport[], { coverage }: CoverageOptions): Printable {
  const failed = failures(reports).length;
  const total = totalOf(reports);
  const report = {
    apiVersion: 'namespace-jail/v1',
    kind: 'TestReport',
    passed: total - failed,
    failed,
    results: reports.flatMap(({ results }) => results.map(jsonResult)),
    coverage: coverageJson(coverage),
  };
  return json(report);
}

function jsonResult(result: SuiteResult): object {
  const { origin, passed, expected, actual, because, by, server, chain, fault } = result;
  return {
    case: result.case,
    ...(result.query === undefined ? {} : { query: result.query }),
    file: origin.file,
    line: origin.line,
    passed,
    ...(fault === undefined ? {} : { fault }),
    expected,
    actual,
    because,
    by,
    ...(server === undefined ? {} : { server }),
    chain,
  };
}
