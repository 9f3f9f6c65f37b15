import { createColors, type Colors } from '../wording/colors';
import type { Rollout, RolloutPlan } from '../../questions/rollout/rollout';
import { printable, type Printable } from '../wording/printable';
import {
  commandLines,
  headline,
  MARK,
  ORDER,
  planCommand,
  planHeadline,
  planSummary,
  summaryWords,
  wayBack,
  type RolloutOptions,
} from './sentences';
import { steps } from './steps';

/** The plan for people; its commands can be copied line by line. */
export function rolloutText(
  rollout: Rollout,
  options: RolloutOptions & { readonly inFull: boolean },
): Printable {
  const colors = createColors(options.color);
  const isOne = rollout.plans.length === 1;
  if (isOne || options.inFull) {
    const each = rollout.plans.flatMap((plan) => planLines(plan, rollout, options, colors));
    return printable([...(isOne ? [] : summaryLines(rollout, options, colors)), ...each]);
  }
  return printable(summaryLines(rollout, options, colors));
}

function summaryLines(rollout: Rollout, { sides }: RolloutOptions, colors: Colors): string[] {
  const lines = [headline(rollout), ORDER, ''];
  rollout.plans.forEach((plan, index) => {
    const summary = planSummary(plan);
    lines.push(colors.bold(`${index + 1}. ${summary.namespaces}`), `   ${summaryWords(summary)}`);
    lines.push(`     ${colors.cyan(planCommand(plan, sides))}`);
  });
  return [...lines, ''];
}

function planLines(plan: RolloutPlan, rollout: Rollout, options: RolloutOptions, colors: Colors): string[] {
  const lines = [planHeadline(plan, rollout.hasOld), summaryWords(planSummary(plan)), ''];
  const all = steps(plan, rollout, options);
  all.forEach((step, index) => {
    lines.push(colors.bold(`${index + 1}. ${step.title}`), `   ${step.why}`);
    for (const note of step.notes) lines.push(`   - ${note}`);
    for (const line of commandLines(step.commands, colors)) lines.push(`     ${line}`);
    for (const { query, what } of step.queries)
      lines.push(`     ${colors.dim(`${MARK} Prometheus: ${what}`)}`, `     ${query}`);
    const back = wayBack(step, all);
    if (step.back.length > 0) lines.push(`   ${back.title}`);
    for (const line of commandLines(back.commands, colors)) lines.push(`     ${line}`);
    lines.push('');
  });
  return lines;
}
