import { createColors } from '../wording/colors';
import type { Rollout, RolloutPlan } from '../../questions/rollout/rollout';
import { fitted, lengthOf } from '../wording/comment-limit';
import { code, fenced, mdLine, row, type Markdown } from '../wording/markdown';
import { markupText } from '../wording/markup';
import type { Printable } from '../wording/printable';
import {
  commandLines,
  headline,
  ORDER,
  planCommand,
  planHeadline,
  planSummary,
  summaryWords,
  wayBack,
  type RolloutOptions,
} from './sentences';
import type { Step } from './step';
import { steps } from './steps';

/**
 * Plans to tick off, for an issue or a pull request: a summary first, then plan by plan and step by step, as many whole
 * steps as have room.
 */
export function rolloutMarkdown(rollout: Rollout, options: RolloutOptions, room: number): Printable {
  const head = summary(rollout, options, room / 2);
  const blocks = rollout.plans.flatMap((plan) => planBlocks(plan, rollout, options));
  const trailer = (left: number): Markdown[] =>
    left === 0
      ? []
      : [
          mdLine`The last ${left} ${left === 1 ? 'step has' : 'steps have'} no room in a comment; print one namespace alone with ${code('-n')}, or ${code('-o text')}.`,
        ];
  const all = fitted(blocks, room - lengthOf(head));
  const { lines, left } =
    all.left === 0 ? all : fitted(blocks, room - lengthOf(head) - lengthOf(trailer(blocks.length)));
  return markupText([...head, ...lines, ...trailer(left)]);
}

function summary(rollout: Rollout, { sides }: RolloutOptions, room: number): Markdown[] {
  const { plans, hasOld } = rollout;
  const [only, ...more] = plans;
  const title = [mdLine`# Rollout`, mdLine``];
  if (only !== undefined && more.length === 0)
    return [
      ...title,
      mdLine`${planHeadline(only, hasOld)}`,
      mdLine``,
      mdLine`${summaryWords(planSummary(only))}`,
      mdLine``,
    ];
  const rows = plans.map((plan, index) => {
    const { namespaces, workloads, restarts, unmeshed, calls, lost, atOnce } = planSummary(plan);
    const counts = [workloads, restarts, unmeshed, calls, lost, atOnce].map(String);
    return [row([String(index + 1), namespaces, ...counts, code(planCommand(plan, sides))])];
  });
  const { lines, left } = fitted(rows, room);
  return [
    ...title,
    mdLine`${headline(rollout)}`,
    mdLine``,
    mdLine`${ORDER}`,
    mdLine``,
    mdLine`| | namespace | workloads | restarted | without a proxy | calls named | not surely let in | refused at once | plan |`,
    mdLine`| --- | --- | --- | --- | --- | --- | --- | --- | --- |`,
    ...lines,
    ...(left === 0 ? [] : [mdLine``, mdLine`${left} more plans are left out here.`]),
    mdLine``,
  ];
}

/** A block for each step; the first has the plan's title. */
function planBlocks(plan: RolloutPlan, rollout: Rollout, options: RolloutOptions): Markdown[][] {
  const { plans, hasOld } = rollout;
  const all = steps(plan, rollout, options);
  return all.map((step, index) => {
    const isFirst = index === 0 && plans.length > 1;
    return [
      ...(isFirst
        ? [
            mdLine`# ${planHeadline(plan, hasOld)}`,
            mdLine``,
            mdLine`${summaryWords(planSummary(plan))}`,
            mdLine``,
          ]
        : []),
      ...stepBlock(step, index, all),
    ];
  });
}

function stepBlock(step: Step, index: number, all: readonly Step[]): Markdown[] {
  const lines = [mdLine`## ${index + 1}. ${step.title}`, mdLine``, mdLine`${step.why}`, mdLine``];
  for (const note of step.notes) lines.push(mdLine`- [ ] ${note}`);
  if (step.notes.length > 0) lines.push(mdLine``);
  lines.push(...block('sh', step.commands));
  lines.push(
    ...block(
      'promql',
      step.queries.map(({ query, what }) => ({ line: query, what })),
    ),
  );
  if (step.back.length === 0) return lines;
  const back = wayBack(step, all);
  return [
    ...lines,
    mdLine`<details><summary>${back.title}</summary>`,
    mdLine``,
    ...block('sh', back.commands),
    mdLine`</details>`,
    mdLine``,
  ];
}

function block(language: string, commands: Step['commands']): Markdown[] {
  if (commands.length === 0) return [];
  return [...fenced(language, commandLines(commands, createColors(false))), mdLine``];
}
