import { createColors } from 'picocolors';
import type { AppFile } from '../../questions/init/emit-project';
import { placedMarks, type PlacedMark } from '../../questions/init/emit';
import type { InitPlan, NamespacePlan, PlannedClient, PlannedException } from '../../questions/init/plan';
import { json } from '../wording/object-json';
import { commandLine } from '../wording/shell';
import { table } from '../wording/table';
import { append } from '../../basics/collections';

/** What `init` did, apart from the plan. */
export interface InitOutcome {
  readonly plan: InitPlan;
  readonly files: readonly AppFile[];
  /** The folder, as the user named it. */
  readonly out: string;
  /** `unchanged`: the files were there, byte for byte. */
  readonly state: 'written' | 'unchanged' | 'dry-run';
  /** The words by which another verb reads the same manifests. */
  readonly input: readonly string[];
}

/** The summary for people: what was found, what to look at, what to do next. */
export function initText(outcome: InitOutcome, color: boolean): string {
  const { plan, files, out, state } = outcome;
  const { bold, dim } = createColors(color);
  const marks = placedMarks(plan);
  const done = {
    written: `Wrote ${files.length} files to ${out}/.`,
    unchanged: `${out}/ has these ${files.length} files already, byte for byte.`,
    'dry-run': `Would write ${files.length} files to ${out}/ (--dry-run).`,
  };
  return [
    ...(state === 'dry-run' ? files.flatMap(({ path, text }) => [bold(`--- ${out}/${path}`), text]) : []),
    ...plan.namespaces.flatMap((jail) => [...jailLines(jail, bold), '']),
    ...(plan.skipped.length === 0 ? [] : ['Without a jail:']),
    ...plan.skipped.map(({ namespace, because }) => `  ${namespace}: ${because}`),
    ...(plan.skipped.length === 0 ? [] : ['']),
    ...markLines(marks, out, dim),
    done[state],
    ...(state === 'dry-run' ? [] : ['', 'Next:', ...nextSteps(outcome).map((line) => `  ${line}`)]),
    '',
  ].join('\n');
}

/** A jail as who gets in where. */
function jailLines(jail: NamespacePlan, bold: (text: string) => string): string[] {
  const { namespace, workloads, mode, inject, ports, exceptions } = jail;
  const count = `${workloads.length} workload${workloads.length === 1 ? '' : 's'}`;
  const openTo = new Map([['itself', ports.map(({ port, protocol }) => `${port} (${protocol})`)]]);
  for (const { client, port } of exceptions) {
    const who = clientWords(client);
    append(openTo, who, String(port));
  }
  const rows = [...openTo]
    .filter(([, words]) => words.length > 0)
    .map(([who, words]) => [`open to ${who}`, [...new Set(words)].join(', ')]);
  return [
    `${bold(namespace)}: ${count}, ${mode}${inject ? ', linkerd.io/inject: enabled' : ''}`,
    ...table(rows, '  '),
  ];
}

function clientWords(client: PlannedClient): string {
  switch (client.kind) {
    case 'everyone':
      return 'everyone';
    case 'serviceAccount':
      return `ServiceAccount ${client.namespace}/${client.name}`;
    case 'nodes':
      return 'the nodes';
    case 'apiServer':
      return 'the API server';
  }
}

function markLines(marks: readonly PlacedMark[], out: string, dim: (text: string) => string): string[] {
  if (marks.length === 0) return [];
  const count = (kind: PlacedMark['kind']): string => {
    const number = marks.filter((mark) => mark.kind === kind).length;
    return `${number} ${kind}${number === 1 ? '' : 'S'}`.replace('GUESSS', 'GUESSES');
  };
  return [
    `${count('DOUBT')}, ${count('GUESS')}, marked in the code:`,
    ...marks.map(({ file, kind, text }) => `  ${dim(`${out}/${file}`)} ${kind}: ${text}`),
    '',
  ];
}

/** Commands for a shell, from where `init` was called. */
function nextSteps({ out, input }: InitOutcome): string[] {
  const read = input.map((word) => (word === '-' ? 'cluster.yaml' : word));
  const verb = (name: string): string =>
    `npx ${commandLine(['namespace-jail', name, ...read, `${out}/manifests`])}`;
  return [
    ...(input.includes('-') ? ['# save what was piped in as cluster.yaml'] : []),
    `(cd ${commandLine([out])} && npm install && npm run synth)`,
    verb('check'),
    verb('break-in'),
    verb('rollout'),
  ];
}

/** The same for programs; files with their text only where they were not written. */
export function initJson({ plan, files, out, state }: InitOutcome): string {
  return json({
    apiVersion: 'namespace-jail/v1',
    kind: 'InitReport',
    out,
    state,
    files: files.map(({ path, text }) => (state === 'dry-run' ? { path, text } : { path })),
    namespaces: plan.namespaces.map((jail) => ({
      namespace: jail.namespace,
      mode: jail.mode,
      inject: jail.inject,
      workloads: jail.workloads,
      ports: jail.ports,
      exceptions: jail.exceptions.map((exception) => exceptionJson(exception)),
      closed: jail.closed,
    })),
    skipped: plan.skipped,
    marks: placedMarks(plan),
  });
}

function exceptionJson({ client, ...exception }: PlannedException): object {
  return { ...exception, client };
}
