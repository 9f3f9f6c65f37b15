import type { Cluster } from '../cluster/cluster';
import { RULES } from '../rules';
import { SEVERITIES, type Rule, type Severity } from '../rules/rule';
import type { Problem } from '../basics/problem';
import { compare, compareText, groupBy } from '../basics/collections';
import { toFinding, type Finding } from './finding';

/** All findings: the most severe first, then by file, line and rule. */
export function findings(cluster: Cluster, rules: readonly Rule[] = RULES): Finding[] {
  const seen = rules.flatMap((rule) => rule.check(cluster).map((observation) => ({ rule, observation })));
  // Places are looked up object by object, so that each object's text is parsed only once.
  const byObject = groupBy(seen, ({ observation }) => observation.object.origin);
  return sorted(
    [...byObject.values()].flat().map(({ rule, observation }) => toFinding(rule, observation, cluster)),
  );
}

/** What is known about a rule without running it. */
export type RuleFacts = Pick<Rule, 'id' | 'formerIds' | 'severity' | 'title'>;

/** A rule about the input itself, not about an object. */
const INPUT_NOTE: RuleFacts = {
  id: 'input-note',
  formerIds: ['reader-note'],
  severity: 'warning',
  title: 'Something in the input was overridden or skipped.',
};
export const SUPPRESSION_UNUSED: RuleFacts = {
  id: 'suppression-unused',
  severity: 'info',
  title: 'A suppression matches no finding.',
};

/** All rules that a finding can name. */
export const ALL_RULES: readonly RuleFacts[] = [...RULES, INPUT_NOTE, SUPPRESSION_UNUSED];

/** The rule that an id names today or named before. */
export function ruleNamed(id: string): RuleFacts | undefined {
  return ALL_RULES.find((rule) => rule.id === id || rule.formerIds?.includes(id) === true);
}

/** Findings with the severities that a project gives to rules. */
export function withSeverities(
  found: readonly Finding[],
  severities: Readonly<Record<string, Severity>>,
): Finding[] {
  const byRule = new Map(Object.entries(severities).map(([id, severity]) => [ruleNamed(id)?.id, severity]));
  return sorted(found.map((one) => ({ ...one, severity: byRule.get(one.rule) ?? one.severity })));
}

/** Notes about the input as findings. A warning means that an object was lost: it occurs twice with different content. */
export function noteFindings(notes: readonly Problem[]): Finding[] {
  return notes.map(({ file, line, column, message, remedy }) => ({
    rule: INPUT_NOTE.id,
    severity: line !== undefined && remedy !== undefined ? 'warning' : 'info',
    place: { file, line: line ?? 1, ...(column === undefined ? {} : { column }) },
    text: sentence(message),
    remedy: remedy ?? 'nothing, if this is intended',
  }));
}

export function sorted(found: readonly Finding[]): Finding[] {
  return [...found].sort(
    (a, b) =>
      compare(SEVERITIES.indexOf(b.severity), SEVERITIES.indexOf(a.severity)) ||
      compareText(a.place.file, b.place.file) ||
      compare(a.place.line, b.place.line) ||
      compareText(a.rule, b.rule) ||
      compare(a.place.column ?? 0, b.place.column ?? 0) ||
      compareText(a.text, b.text),
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
