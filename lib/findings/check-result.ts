import { ALL_RULES, sorted, type RuleFacts } from './run-rules';
import { SEVERITIES, type Severity } from '../rules/rule';
import { applySuppressions, unusedFindings, type SuppressedFinding, type Suppression } from './suppression';
import { compare } from '../basics/collections';
import type { Finding } from './finding';

/** The outcome of `check`: what is open, what is accepted. */
export interface CheckResult {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** The rules that were asked. */
  readonly rules: readonly RuleFacts[];
}

/** Findings against suppressions; a suppression that fits nothing is a finding itself, if its rule was asked at all. */
export function checkResult(
  found: readonly Finding[],
  suppressions: readonly Suppression[],
  only: readonly string[] = [],
): CheckResult {
  const isAsked = (rule: string): boolean => only.length === 0 || only.includes(rule);
  const { open, suppressed, unused } = applySuppressions(
    found.filter(({ rule }) => isAsked(rule)),
    suppressions,
  );
  const idle = unused.filter(({ rule }) => isAsked(rule));
  return {
    findings: sorted([...open, ...unusedFindings(idle)]),
    suppressed,
    rules: ALL_RULES.filter(({ id }) => isAsked(id)),
  };
}

export function countOf({ findings }: CheckResult, severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

export const FAIL_ON = ['error', 'warning', 'never'] as const;

export type FailOn = (typeof FAIL_ON)[number];

/** Whether a finding is as grave as asked for, or graver. */
export function fails({ findings }: CheckResult, failOn: FailOn): boolean {
  if (failOn === 'never') return false;
  const least = SEVERITIES.indexOf(failOn);
  return findings.some(({ severity }) => compare(SEVERITIES.indexOf(severity), least) >= 0);
}

/** What concerns one namespace: its objects and the Namespace itself. */
export function inNamespace(result: CheckResult, name: string): CheckResult {
  const isInside = ({ namespace, object }: Finding): boolean =>
    namespace === name || (object?.object.kind === 'Namespace' && object.object.metadata.name === name);
  return {
    ...result,
    findings: result.findings.filter(isInside),
    suppressed: result.suppressed.filter(({ finding }) => isInside(finding)),
  };
}
