import { createColors } from '../wording/colors';
import type { Rollout } from '../../questions/rollout/rollout';
import { printable, type Printable } from '../wording/printable';
import { commandLines, headline, MARK, type RolloutOptions } from './sentences';
import { steps } from './steps';

/** The plan for people; its commands can be copied line by line. */
export function rolloutText(plan: Rollout, { sides, color }: RolloutOptions): Printable {
  const colors = createColors(color);
  const lines = [headline(plan), ''];
  steps(plan, sides).forEach((step, index) => {
    lines.push(colors.bold(`${index + 1}. ${step.title}`), `   ${step.why}`);
    for (const note of step.notes) lines.push(`   - ${note}`);
    for (const line of commandLines(step.commands, colors)) lines.push(`     ${line}`);
    for (const { query, what } of step.queries)
      lines.push(`     ${colors.dim(`${MARK} Prometheus: ${what}`)}`, `     ${query}`);
    if (step.back.length > 0) lines.push('   Go back:');
    for (const line of commandLines(step.back, colors)) lines.push(`     ${line}`);
    lines.push('');
  });
  return printable(lines);
}
