import { createColors } from '../wording/colors';
import type { Diff } from '../../questions/diff/diff';
import { WHAT_IT_RESTS_ON } from '../wording/docs-pages';
import { printable, type Printable } from '../wording/printable';
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

/** Sentences for people, the most dangerous first. */
export function diffText(diff: Diff, options: DiffOptions): Printable {
  const colors = createColors(options.color);
  const lines: string[] = [];
  const head = (title: string, entries: readonly unknown[]): void => {
    if (entries.length > 0) lines.push(colors.bold(title));
  };
  const sections = [
    ['Opened', diff.opened, colors.red],
    ['To or from audit', diff.audited, colors.yellow],
    ['Closed', diff.closed, colors.green],
  ] as const;
  for (const [title, changes, paint] of sections) {
    head(title, changes);
    changes.forEach((change, index) => {
      lines.push(`  ${paint(`${index + 1}.`)} ${changeSentence(change, options.domain)}`);
      lines.push(`     because  ${because(change.causes)}`);
      const call = tryCommand(change, options);
      lines.push(
        call === undefined
          ? '     note     found no request that matches this route; compared as if there were one'
          : `     try      ${colors.cyan(call)}  (${fates(change)})`,
      );
      lines.push('');
    });
  }
  head('Same clients, decided by something else', diff.deciders);
  for (const change of diff.deciders) {
    lines.push(`  - ${deciderSentence(change)}`, `    because  ${because(change.causes)}`, '');
  }
  head('Workloads', diff.workloads);
  for (const change of diff.workloads) lines.push(`  - ${workloadSentence(change)}`);
  if (diff.workloads.length > 0) lines.push('');
  if (isConditional(diff)) lines.push(`What the conditions are: ${WHAT_IT_RESTS_ON}`, '');
  return printable([...lines, diffSummary(diff), '']);
}

function isConditional({ opened, audited, closed }: Diff): boolean {
  return [...opened, ...audited, ...closed].some(({ conditions }) => conditions.length > 0);
}
