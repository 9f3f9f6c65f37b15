import type { Printable } from '../wording/printable';
import { countOf, type CheckResult } from '../../findings/check-result';
import { coverageJson, type CoverageOptions } from '../wording/coverage';
import { json } from '../wording/object-json';
import { adviceOf, countedRules, summary, type FindingsOptions } from './sentences';
import type { Finding } from '../../findings/finding';

/** The shape docs/check.md describes; fields are only ever added. */
export function findingsJson(
  result: CheckResult,
  { coverage }: FindingsOptions & CoverageOptions,
): Printable {
  const advice = adviceOf(result);
  const report = {
    apiVersion: 'namespace-jail/v1',
    kind: 'CheckReport',
    summary: {
      text: summary(result),
      errors: countOf(result, 'error'),
      warnings: countOf(result, 'warning'),
      infos: countOf(result, 'info'),
      suppressed: result.suppressed.length,
      rules: countedRules(result),
      ...(advice === undefined ? {} : { advice }),
    },
    findings: result.findings.map(plainFinding),
    suppressed: result.suppressed.map(({ finding, suppression: { by, reason, place } }) => ({
      ...plainFinding(finding),
      suppression: { by, reason, place: plainPlace(place) },
    })),
    coverage: coverageJson(coverage),
  };
  return json(report);
}

function plainFinding(finding: Finding): object {
  const { rule, severity, place, path, text, remedy, snippets, object, namespace } = finding;
  return {
    rule,
    severity,
    ...(object === undefined ? {} : { object: plainObject(object.object, namespace) }),
    place: plainPlace(place),
    ...(path === undefined ? {} : { path }),
    text,
    remedy,
    ...(snippets === undefined ? {} : { snippets }),
  };
}

function plainObject(
  { apiVersion, kind, metadata }: NonNullable<Finding['object']>['object'],
  namespace: string | undefined,
): object {
  return { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name: metadata.name };
}

function plainPlace({ file, line, column }: Finding['place']): object {
  return { file, line, ...(column === undefined ? {} : { column }) };
}
