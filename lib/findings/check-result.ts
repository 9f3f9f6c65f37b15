import { ALL_RULES, sorted, type RuleFacts } from './run-rules';
import { SEVERITIES, type Severity } from '../rules/rule';
import { applySuppressions, unusedFindings, type SuppressedFinding, type Suppression } from './suppression';
import { compare, compareText, groupBy } from '../basics/collections';
import { isLinkerdNamespace } from '../linkerd/own-namespaces';
import type { LinkerdConfig } from '../linkerd/config';
import type { Finding } from './finding';
import type { Unprotected } from './unprotected';

/** The outcome of `check`: open findings and accepted ones. */
export interface CheckResult {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** The rules that ran. */
  readonly rules: readonly RuleFacts[];
  /** Set if nobody has written any policy for the workloads of the input. */
  readonly unprotected?: Unprotected;
}

/** Applies suppressions to findings. An unused suppression is a finding too, unless its rule did not run. */
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

/** How many findings of one severity a rule has. */
export interface RuleCount {
  readonly rule: string;
  readonly severity: Severity;
  readonly count: number;
}

/** The open findings by severity and rule: the most severe first, then the most frequent. */
export function ruleCounts({ findings }: CheckResult): RuleCount[] {
  const groups = groupBy(findings, ({ rule, severity }) => `${severity} ${rule}`);
  return [...groups.values()]
    .flatMap(([first, ...more]): RuleCount[] =>
      first === undefined ? [] : [{ rule: first.rule, severity: first.severity, count: 1 + more.length }],
    )
    .sort(
      (a, b) =>
        compare(SEVERITIES.indexOf(b.severity), SEVERITIES.indexOf(a.severity)) ||
        compare(b.count, a.count) ||
        compareText(a.rule, b.rule),
    );
}

export function countOf({ findings }: CheckResult, severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

export const FAIL_ON = ['error', 'warning', 'never'] as const;

export type FailOn = (typeof FAIL_ON)[number];

/** Whether any finding is at or above a severity. */
export function fails({ findings }: CheckResult, failOn: FailOn): boolean {
  if (failOn === 'never') return false;
  const least = SEVERITIES.indexOf(failOn);
  return findings.some(({ severity }) => compare(SEVERITIES.indexOf(severity), least) >= 0);
}

/** Only the findings of one namespace: its objects and the Namespace itself. */
export function inNamespaces(result: CheckResult, names: readonly string[]): CheckResult {
  return only(result, (finding) => names.includes(placeNamespace(finding) ?? ''));
}

/** A result without some findings, and the namespaces that these are in. */
export interface LinkerdsOwnApart {
  readonly result: CheckResult;
  readonly leftOut: readonly string[];
}

/** Sets apart the namespaces that Linkerd's own charts fill: their users cannot change what is in there. */
export function withoutLinkerdsOwn(
  result: CheckResult,
  config: Pick<LinkerdConfig, 'linkerdNamespace' | 'vizNamespace'>,
): LinkerdsOwnApart {
  const isOwn = (finding: Finding): boolean => isLinkerdNamespace(placeNamespace(finding) ?? '', config);
  const leftOut = result.findings.filter(isOwn).map((finding) => placeNamespace(finding) ?? '');
  return { result: only(result, (finding) => !isOwn(finding)), leftOut: [...new Set(leftOut)].sort() };
}

/** The namespace that a finding is about. */
function placeNamespace({ namespace, object }: Finding): string | undefined {
  return namespace ?? (object?.object.kind === 'Namespace' ? object.object.metadata.name : undefined);
}

function only(result: CheckResult, isMeant: (finding: Finding) => boolean): CheckResult {
  return {
    ...result,
    findings: result.findings.filter(isMeant),
    suppressed: result.suppressed.filter(({ finding }) => isMeant(finding)),
  };
}
