import { createColors } from 'picocolors';
import type { Rollout } from '../../questions/rollout/rollout';
import { escapeMarkdown } from '../wording/markdown';
import { commandLines, headline, type RolloutOptions } from './sentences';
import type { Step } from './step';
import { steps } from './steps';

/** A plan to tick off, for an issue or a pull request. */
export function rolloutMarkdown(plan: Rollout, { sides }: RolloutOptions): string {
  const lines = ['# Rollout', '', headline(plan), ''];
  steps(plan, sides).forEach((step, index) => {
    lines.push(`## ${index + 1}. ${step.title}`, '', step.why, '');
    for (const note of step.notes) lines.push(`- [ ] ${escapeMarkdown(note)}`);
    if (step.notes.length > 0) lines.push('');
    lines.push(...fenced('sh', step.commands));
    lines.push(
      ...fenced(
        'promql',
        step.queries.map(({ query, what }) => ({ line: query, what })),
      ),
    );
    if (step.back.length > 0)
      lines.push('<details><summary>Go back</summary>', '', ...fenced('sh', step.back), '</details>', '');
  });
  return lines.join('\n');
}

function fenced(language: string, commands: Step['commands']): string[] {
  if (commands.length === 0) return [];
  return [`\`\`\`${language}`, ...commandLines(commands, createColors(false)), '```', ''];
}
