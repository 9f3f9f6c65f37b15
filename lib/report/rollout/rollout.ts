import { createColors } from 'picocolors';
import { workloadKey } from '../../cluster/workload';
import type { Flow, RestartedWorkload, Rollout } from '../../questions/rollout/rollout';
import { json } from '../wording/object-json';
import type { Step } from './step';
import { editJson, steps, type Sides } from './steps';

const MARK = '#';

type Colors = ReturnType<typeof createColors>;

/** The plan for people; commands can be copied line by line. */
export function rolloutText(plan: Rollout, sides: Sides, { color }: { readonly color: boolean }): string {
  const colors = createColors(color);
  const lines = [headline(plan), ''];
  steps(plan, sides).forEach((step, index) => {
    lines.push(colors.bold(`${index + 1}. ${step.title}`), `   ${step.why}`);
    for (const note of step.notes) lines.push(`   - ${note}`);
    for (const line of shell(step.commands, colors)) lines.push(`     ${line}`);
    for (const { query, what } of step.queries)
      lines.push(`     ${colors.dim(`${MARK} Prometheus: ${what}`)}`, `     ${query}`);
    if (step.back.length > 0) lines.push('   Go back:');
    for (const line of shell(step.back, colors)) lines.push(`     ${line}`);
    lines.push('');
  });
  return lines.join('\n');
}

/** Commands below what they are for, which is said once for those that stand together. */
function shell(commands: Step['commands'], { dim, cyan }: Pick<Colors, 'dim' | 'cyan'>): string[] {
  return commands.flatMap(({ line, what }, index) => {
    const isSaid = commands[index - 1]?.what === what;
    return isSaid ? [cyan(line)] : [dim(`${MARK} ${what}`), cyan(line)];
  });
}

function headline({ jails, hasOld }: Rollout): string {
  const names = jails.map(({ jail }) => jail.namespace).join(', ');
  const from = hasOld ? 'From what runs today' : 'From an unknown start';
  return `${from} to ${jails.length === 1 ? 'the jail' : 'the jails'} ${names}, in 5 steps.`;
}

export function rolloutMarkdown(plan: Rollout, sides: Sides): string {
  const lines = ['# Rollout', '', headline(plan), ''];
  steps(plan, sides).forEach((step, index) => {
    lines.push(`## ${index + 1}. ${step.title}`, '', step.why, '');
    for (const note of step.notes) lines.push(`- [ ] ${escape(note)}`);
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
  return [`\`\`\`${language}`, ...shell(commands, createColors(false)), '```', ''];
}

/** The shape that docs/json.md describes. */
export function rolloutJson(plan: Rollout, sides: Sides): string {
  const report = {
    apiVersion: 'namespace-jail/v1',
    kind: 'RolloutReport',
    summary: { text: headline(plan), hasOld: plan.hasOld },
    jails: plan.jails.map(
      ({ jail, auditEdits, enforceEdits, auditRestarts, enforceRestarts, flows, unmeshed }) => ({
        namespace: jail.namespace,
        because: jail.because,
        edits: { audit: auditEdits.map(editJson), enforce: enforceEdits.map(editJson) },
        restarts: { audit: auditRestarts.map(restartJson), enforce: enforceRestarts.map(restartJson) },
        flows: flows.map(flowJson),
        unmeshed: unmeshed.map(workloadKey),
      }),
    ),
    steps: steps(plan, sides),
  };
  return json(report);
}

function restartJson({ workload, how, before, after }: RestartedWorkload): object {
  return {
    workload: workloadKey(workload),
    how,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

function flowJson({ call, target, port, today, audit, enforced, because }: Flow): object {
  return {
    from: workloadKey(call.caller),
    to: workloadKey(target),
    port,
    why: call.because,
    ...(today === undefined ? {} : { today }),
    audit,
    enforced,
    because,
  };
}

function escape(text: string): string {
  return text.replace(/[\\`*_<>[\]|#]/g, '\\$&').replace(/\r?\n/g, ' ');
}
