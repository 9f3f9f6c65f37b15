import type { Cluster } from '../cluster/cluster';
import { RULES } from '../rules';
import { type Rule } from '../rules/rule';
import type { Problem } from '../basics/problem';
import { compare, compareText, groupBy } from '../basics/collections';
import { toFinding, type Finding } from './finding';

/** Everything that the rules find, by file, line and rule. */
export function findings(cluster: Cluster, rules: readonly Rule[] = RULES): Finding[] {
  const seen = rules.flatMap((rule) => rule.check(cluster).map((observation) => ({ rule, observation })));
  // Places are looked up object by object: the text of one is parsed once for all that is found in it.
  const byObject = groupBy(seen, ({ observation }) => observation.object.origin);
  return sorted(
    [...byObject.values()].flat().map(({ rule, observation }) => toFinding(rule, observation, cluster)),
  );
}

/** What is known of a rule without running it. */
export type RuleFacts = Pick<Rule, 'id' | 'formerIds' | 'severity' | 'title'>;

/** Findings that are not about one object of the cluster. */
const INPUT_NOTE: RuleFacts = {
  id: 'input-note',
  formerIds: ['reader-note'],
  severity: 'warning',
  title: 'The reader of the manifests noticed something about a file.',
};
export const SUPPRESSION_UNUSED: RuleFacts = {
  id: 'suppression-unused',
  severity: 'info',
  title: 'A suppression suppresses nothing.',
};

/** Everything that a finding can be called. */
export const ALL_RULES: readonly RuleFacts[] = [...RULES, INPUT_NOTE, SUPPRESSION_UNUSED];

/** The rule that an id names today or named before. */
export function ruleNamed(id: string): RuleFacts | undefined {
  return ALL_RULES.find((rule) => rule.id === id || rule.formerIds?.includes(id) === true);
}

/** What was noticed while reading; of an object that is given twice with different content, one is lost. */
export function noteFindings(notes: readonly Problem[]): Finding[] {
  return notes.map(({ file, line, column, message, remedy }) => ({
    rule: INPUT_NOTE.id,
    severity: line !== undefined && remedy !== undefined ? 'warning' : 'info',
    place: { file, line: line ?? 1, ...(column === undefined ? {} : { column }) },
    text: sentence(message),
    remedy: remedy ?? 'nothing, if this is meant',
  }));
}

export function sorted(found: readonly Finding[]): Finding[] {
  return [...found].sort(
    (a, b) =>
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
