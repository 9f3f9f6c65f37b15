import type { Diff } from '../../questions/diff/diff';
import { escapeMarkdown } from '../wording/markdown';
import {
  because,
  changeSentence,
  deciderSentence,
  diffSummary,
  fates,
  tryCommand,
  workloadSentence,
  type DiffOptions,
} from './sentences';

/** A comment for a pull request: what opened comes first, what a reader may skip is folded away. */
export function diffMarkdown(diff: Diff, options: DiffOptions): string {
  const lines = [`**namespace-jail diff:** ${diffSummary(diff)}`, ''];
  const sections = [
    ['🔓 Opened', diff.opened],
    ['👁️ To or from audit', diff.audited],
    ['🔒 Closed', diff.closed],
  ] as const;
  for (const [title, changes] of sections) {
    if (changes.length === 0) continue;
    lines.push(`### ${title}`, '');
    for (const change of changes) {
      lines.push(
        `- ${escapeMarkdown(changeSentence(change, options.domain))}`,
        `  - because ${escapeMarkdown(because(change.causes))}`,
      );
      const call = tryCommand(change, options);
      if (call !== undefined) lines.push(`  - try \`${call.replaceAll('`', "'")}\` (${fates(change)})`);
    }
    lines.push('');
  }
  const rest = [
    ...diff.deciders.map(
      (change) =>
        `- ${escapeMarkdown(deciderSentence(change))}; because ${escapeMarkdown(because(change.causes))}`,
    ),
    ...diff.workloads.map((change) => `- ${escapeMarkdown(workloadSentence(change))}`),
  ];
  if (rest.length > 0) {
    lines.push('<details><summary>Changes nothing by itself</summary>', '', ...rest, '', '</details>', '');
  }
  return lines.join('\n');
}
