import type { Diff } from '../../questions/diff/diff';
import { code, mdLine } from '../wording/markdown';
import { markupText } from '../wording/markup';
import type { Printable } from '../wording/printable';
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
export function diffMarkdown(diff: Diff, options: DiffOptions): Printable {
  const lines = [mdLine`**namespace-jail diff:** ${diffSummary(diff)}`, mdLine``];
  const sections = [
    ['🔓 Opened', diff.opened],
    ['👀 To or from audit', diff.audited],
    ['🔒 Closed', diff.closed],
  ] as const;
  for (const [title, changes] of sections) {
    if (changes.length === 0) continue;
    lines.push(mdLine`### ${title}`, mdLine``);
    for (const change of changes) {
      lines.push(
        mdLine`- ${changeSentence(change, options.domain)}`,
        mdLine`  - because ${because(change.causes)}`,
      );
      const call = tryCommand(change, options);
      if (call !== undefined) lines.push(mdLine`  - try ${code(call)} (${fates(change)})`);
    }
    lines.push(mdLine``);
  }
  const rest = [
    ...diff.deciders.map((change) => mdLine`- ${deciderSentence(change)}; because ${because(change.causes)}`),
    ...diff.workloads.map((change) => mdLine`- ${workloadSentence(change)}`),
  ];
  if (rest.length > 0) {
    lines.push(mdLine`<details><summary>Changes nothing by itself</summary>`, mdLine``, ...rest, mdLine``);
    lines.push(mdLine`</details>`, mdLine``);
  }
  return markupText(lines);
}
