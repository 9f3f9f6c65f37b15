import { createColors } from '../wording/colors';
import type { Rollout } from '../../questions/rollout/rollout';
import { fenced, mdLine, type Markdown } from '../wording/markdown';
import { markupText } from '../wording/markup';
import type { Printable } from '../wording/printable';
import { commandLines, headline, type RolloutOptions } from './sentences';
import type { Step } from './step';
import { steps } from './steps';

/** A plan to tick off, for an issue or a pull request. */
export function rolloutMarkdown(plan: Rollout, { sides }: RolloutOptions): Printable {
  const lines = [mdLine`# Rollout`, mdLine``, mdLine`${headline(plan)}`, mdLine``];
  steps(plan, sides).forEach((step, index) => {
    lines.push(mdLine`## ${index + 1}. ${step.title}`, mdLine``, mdLine`${step.why}`, mdLine``);
    for (const note of step.notes) lines.push(mdLine`- [ ] ${note}`);
    if (step.notes.length > 0) lines.push(mdLine``);
    lines.push(...block('sh', step.commands));
    lines.push(
      ...block(
        'promql',
        step.queries.map(({ query, what }) => ({ line: query, what })),
      ),
    );
    if (step.back.length > 0)
      lines.push(
        mdLine`<details><summary>Go back</summary>`,
        mdLine``,
        ...block('sh', step.back),
        mdLine`</details>`,
        mdLine``,
      );
  });
  return markupText(lines);
}

function block(language: string, commands: Step['commands']): Markdown[] {
  if (commands.length === 0) return [];
  return [...fenced(language, commandLines(commands, createColors(false))), mdLine``];
}
