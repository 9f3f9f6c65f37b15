import { createColors } from '../wording/colors';
import { placedMarks, type PlacedMark } from '../../questions/init/emit';
import type { NamespacePlan, PlannedClient } from '../../questions/init/plan';
import { printable, type Printable } from '../wording/printable';
import { commandLine } from '../wording/shell';
import { table } from '../wording/table';
import type { InitOutcome } from './outcome';
import { append, groupBy } from '../../basics/collections';

/** The summary for people: what was found, what to look at, what to do next. */
export function initText(outcome: InitOutcome, { color }: { readonly color: boolean }): Printable {
  const { plan, files, base, out, state } = outcome;
  const { bold, dim } = createColors(color);
  const marks = placedMarks(plan);
  const done = {
    written: `Wrote ${files.length} files to ${out}/.`,
    unchanged: `${out}/ already has these ${files.length} files, byte for byte.`,
    'dry-run': `Would write ${files.length} files to ${out}/ (--dry-run).`,
  };
  return printable([
    ...(state === 'dry-run'
      ? files.flatMap(({ path, text }) => [bold(`--- ${out}/${path}`), ...text.split('\n')])
      : []),
    ...plan.namespaces.flatMap((jail) => [...jailLines(jail, bold), '']),
    ...(plan.skipped.length === 0 ? [] : ['Without a jail:']),
    ...plan.skipped.map(({ namespace, because }) => `  ${namespace}: ${because}`),
    ...(plan.skipped.length === 0 ? [] : ['']),
    ...markLines(marks, out, dim),
    done[state],
    ...(state === 'written'
      ? [`Commit them, with ${out}/${base}: from it, --update tells your edits from what init wrote.`]
      : []),
    ...(state === 'dry-run' ? [] : ['', 'Next:', ...nextSteps(outcome).map((line) => `  ${line}`)]),
    '',
  ]);
}

/** A jail, as the clients that get in and where. */
function jailLines(jail: NamespacePlan, bold: (text: string) => string): string[] {
  const { namespace, workloads, mode, inject, ports, exceptions } = jail;
  const count = `${workloads.length} workload${workloads.length === 1 ? '' : 's'}`;
  const openTo = new Map([['itself', ports.map(({ port, protocol }) => `${port} (${protocol})`)]]);
  for (const { client, port } of exceptions) {
    append(openTo, plannedClientWords(client), String(port));
  }
  const rows = [...openTo]
    .filter(([, words]) => words.length > 0)
    .map(([who, words]) => [`open to ${who}`, [...new Set(words)].join(', ')]);
  return [
    `${bold(namespace)}: ${count}, ${mode}${inject ? ', linkerd.io/inject: enabled' : ''}`,
    ...table(rows, '  '),
  ];
}

function plannedClientWords(client: PlannedClient): string {
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

const PLURALS: Readonly<Record<PlacedMark['kind'], string>> = { DOUBT: 'DOUBTS', GUESS: 'GUESSES' };

function markLines(marks: readonly PlacedMark[], out: string, dim: (text: string) => string): string[] {
  if (marks.length === 0) return [];
  // What concerns several namespaces is in the code of each, and said once
  const alike = [...groupBy(marks, ({ kind, text }) => `${kind} ${text}`).values()];
  const count = (kind: PlacedMark['kind']): string => {
    const number = alike.filter(([mark]) => mark?.kind === kind).length;
    return `${number} ${number === 1 ? kind : PLURALS[kind]}`;
  };
  return [
    `${count('DOUBT')}, ${count('GUESS')}, marked in the code:`,
    ...alike.flatMap(([mark, ...more]) => {
      if (mark === undefined) return [];
      const files = [mark, ...more].map(({ file }) => `${out}/${file}`);
      return [`  ${dim(files.join(', '))} ${mark.kind}: ${mark.text}`];
    }),
    '',
  ];
}

/** Shell commands, to run from where `init` was called. */
function nextSteps({ out, input }: InitOutcome): string[] {
  const read = input.map((word) => (word === '-' ? 'cluster.yaml' : word));
  const verb = (name: string): string =>
    `npx ${commandLine(['namespace-jail', name, ...read, `${out}/manifests`])}`;
  return [
    ...(input.includes('-') ? ['# save the piped input as cluster.yaml'] : []),
    `(cd ${commandLine([out])} && npm install && npm run synth)`,
    verb('check'),
    verb('break-in'),
    verb('rollout'),
  ];
}
