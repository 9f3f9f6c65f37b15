import type { Workload } from '../../cluster/workload';
import { PROXY_PORT_NAMES } from '../../linkerd/ports';
import type { LabelSelector } from '../../kubernetes/selector';
import { groupPorts, keyOf, type PortGroup } from './server-groups';
import type { ReviewMark, OpenQuestion, PlannedException, PlannedPort, Suggestion } from './plan';
import { distinguishingSelectors } from './distinguishing-selectors';
import type { DecidedClient, DecidedPort } from './port-decision';
import { groupBy, append, compareText } from '../../basics/collections';
import { enumerate } from '../../basics/words';
import { workloadLabel } from '../../cluster/labels';

/** The ports of a jail, as in the construct's props. */
export interface PlannedPorts {
  readonly ports: readonly PlannedPort[];
  readonly exceptions: readonly PlannedException[];
  readonly closed: readonly string[];
  readonly questions: readonly OpenQuestion[];
}

/** Plans a jail's ports from the ports of a namespace's workloads. */
export function planPorts(
  wanted: readonly DecidedPort[],
  workloads: readonly Workload[],
  hasAdminServer: boolean,
  outside: readonly Workload[] = [],
): PlannedPorts {
  const { groups, undecided } = groupPorts(wanted, workloads, outside);
  const ports = groups.filter(isOpen).map((group) => plannedPort(group, groups));
  const exceptions = onceMarked(groups.flatMap((group) => exceptionsOf(group)));
  const asked = askedOf(wanted, groups, workloads);
  return {
    ports,
    exceptions: [...(hasAdminServer ? [] : [ADMIN_FOR_EVERYONE]), ...exceptions],
    closed: closedPorts(wanted),
    questions: unique([...asked, ...undecided.map(({ text }) => ({ kind: 'DOUBT' as const, text }))]),
  };
}

/** A mark on a client is about the client: at its first exception it is said, and not again at each other one. */
function onceMarked(exceptions: readonly PlannedException[]): PlannedException[] {
  const said = new Set<string>();
  return exceptions.map((exception) => {
    const marks = exception.marks.filter(({ text }) => !said.has(text));
    marks.forEach(({ text }) => said.add(text));
    return { ...exception, marks };
  });
}

const ADMIN_FOR_EVERYONE: PlannedException = {
  port: PROXY_PORT_NAMES.admin,
  client: { kind: 'everyone' },
  because: ["the proxies' own metrics, for whatever scrapes them; narrow it to your Prometheus if you like"],
  marks: [],
};

function isOpen({ members }: PortGroup): boolean {
  return members[0]?.isOpen === true;
}

function plannedPort(group: PortGroup, groups: readonly PortGroup[]): PlannedPort {
  const { port, selector, members } = group;
  const name = serverWord(group);
  // A Server for some pods is named after their labels too, and that name may belong to another port; the Server of an
  // exception cannot be renamed
  const isTaken = groups.some(
    (other) => other !== group && serverWord(other) === name && (selector !== undefined || !isOpen(other)),
  );
  return {
    port,
    protocol: members[0]?.protocol ?? 'unknown',
    workloads: members.map(({ workload }) => workloadLabel(workload)),
    because: reasons(members),
    marks: marksOf(members),
    ...(selector === undefined ? {} : { selector }),
    ...(isTaken ? { name: `${name}-pods` } : {}),
  };
}

/** What the construct names the Server of a group, as far as needed to tell two apart. */
function serverWord({ port, selector }: PortGroup): string {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  const words = [
    typeof port === 'number' ? `port-${port}` : port,
    ...Object.values(matchLabels),
    ...matchExpressions.map(
      ({ operator, values = [] }) => `${operator === 'NotIn' ? 'not-' : ''}${values.join('-')}`,
    ),
  ];
  return words.join('-');
}

/** The marks of a group's ports, each once, with the ports that it is about. */
function marksOf(members: readonly DecidedPort[]): ReviewMark[] {
  const marked = members.flatMap((port) => port.marks.map((mark) => ({ port, mark })));
  return [...groupBy(marked, ({ mark }) => JSON.stringify(mark)).values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const whose = enumerate([first, ...more].map(({ port }) => workloadLabel(port.workload)));
    return [{ kind: first.mark.kind, text: `${portWords(first.port)} of ${whose}: ${first.mark.text}` }];
  });
}

/** `port 8080 (http)` */
function portWords({ number, names }: Pick<DecidedPort, 'number' | 'names'>): string {
  return [`port ${number}`, ...names.slice(0, 1).map((name) => `(${name})`)].join(' ');
}

/** `deployment/web and deployment/api: HTTP/1 from the name http of the container port; behind Service web` */
function reasons(members: readonly DecidedPort[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { workload, protocol, protocolFrom, because } of members) {
    const reason = protocol === 'unknown' ? protocolFrom : `${protocol} from ${protocolFrom}`;
    const key = `${reason}; ${because}`;
    append(byReason, key, workloadLabel(workload));
  }
  return [...byReason].map(([reason, labels]) => `${enumerate(labels)}: ${reason}`).sort(compareText);
}

/** Every client of a group gets its own entry, next to the reason it is let in. */
function exceptionsOf(group: PortGroup): PlannedException[] {
  const { port, selector, members } = group;
  const clients = new Map<string, DecidedClient>();
  for (const { client, because, marks } of members.flatMap((member) => member.clients)) {
    const key = JSON.stringify(client);
    const known = clients.get(key);
    clients.set(key, {
      client,
      because: [...(known?.because ?? []), ...because],
      marks: [...(known?.marks ?? []), ...marks],
    });
  }
  const [first] = members;
  return [...clients]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, { client, because, marks }]) => ({
      port,
      client,
      because: [...new Set(because)].sort(compareText),
      marks: uniqueMarks([...(isOpen(group) ? [] : marksOf(members)), ...marks]),
      ...(selector === undefined ? {} : { selector }),
      ...(isOpen(group) || first === undefined ? {} : { protocol: first.protocol }),
    }));
}

/** Questions about ports; one that applies to several workloads or ports is asked once, with a line for each port. */
function askedOf(
  wanted: readonly DecidedPort[],
  groups: readonly PortGroup[],
  workloads: readonly Workload[],
): OpenQuestion[] {
  const asked = wanted.flatMap((port) => questionsOf(port, groups));
  const alike = groupBy(asked, ({ kind, text, client }) => JSON.stringify([kind, text, client]));
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const labels = enumerate([...new Set(same.map(({ of }) => workloadLabel(of.workload)))]);
    const suggestions = first.isQuestion ? suggestionsOf(same, groups, workloads) : [];
    return [{ kind: first.kind, text: `${labels}: ${first.text}`, suggestions }];
  });
}

interface Asked extends ReviewMark {
  readonly of: DecidedPort;
  /** Otherwise it is a mark on a port that has no line in the code. */
  readonly isQuestion: boolean;
  readonly client?: string;
  readonly group?: PortGroup;
  readonly port: number | string;
}

function questionsOf(of: DecidedPort, groups: readonly PortGroup[]): Asked[] {
  const group = groups.find(({ members }) => members.includes(of));
  const common = { of, port: group?.port ?? keyOf(of), ...(group === undefined ? {} : { group }) };
  const questions = of.questions.map((question): Asked => ({
    ...common,
    ...question,
    kind: 'DOUBT',
    isQuestion: true,
  }));
  const homeless =
    group !== undefined
      ? []
      : of.marks.map(({ kind, text }): Asked => ({
          ...common,
          kind,
          text: `${portWords(of)}: ${text}`,
          isQuestion: false,
        }));
  return [...questions, ...homeless];
}

/** The lines that would answer a question: one for each Server that it is about, or that would have to be. */
function suggestionsOf(
  asked: readonly Asked[],
  groups: readonly PortGroup[],
  workloads: readonly Workload[],
): Suggestion[] {
  const byServer = groupBy(asked, ({ port, group, of }) =>
    JSON.stringify([typeof port, port, group?.selector, group === undefined ? of.protocol : '']),
  );
  return [...byServer.values()].flatMap((same): Suggestion[] => {
    const [first] = same;
    if (first === undefined) return [];
    const { port, group, of, client } = first;
    const own = same.map((one) => one.of.workload);
    const selector = group === undefined ? selectorFor(own, port, groups, workloads) : group.selector;
    return [
      {
        list: client === undefined ? 'ports' : 'exceptions',
        port,
        ...(selector === undefined ? {} : { selector }),
        ...(group === undefined ? { protocol: of.protocol } : {}),
        ...(client === undefined ? {} : { client }),
      },
    ];
  });
}

/** The pods that have this port, if other pods use it for something else or have a Server there. */
function selectorFor(
  own: readonly Workload[],
  port: number | string,
  groups: readonly PortGroup[],
  workloads: readonly Workload[],
): LabelSelector | undefined {
  const isElsewhere = groups.some((other) => other.port === port);
  const others = workloads.filter(
    (other) =>
      !own.includes(other) &&
      (typeof port === 'string'
        ? other.pod.portNames.has(port)
        : isElsewhere || other.pod.ports.some(({ number }) => number === port)),
  );
  return others.length === 0 ? undefined : distinguishingSelectors([own], others, undefined)?.[0];
}

function closedPorts(wanted: readonly DecidedPort[]): string[] {
  const closed = wanted.filter(({ isOpen, clients }) => !isOpen && clients.length === 0);
  const alike = groupBy(closed, ({ number, names, because }) => JSON.stringify([number, names[0], because]));
  return [...alike.values()].flatMap((ports) =>
    ports.slice(0, 1).map(({ number, names, because }) => {
      return `${portWords({ number, names })} of ${enumerate(ports.map(({ workload }) => workloadLabel(workload)))}: ${because}`;
    }),
  );
}

function uniqueMarks(marks: readonly ReviewMark[]): ReviewMark[] {
  return unique(marks);
}

/** Without duplicates. */
function unique<T extends { readonly text: string }>(items: readonly T[]): T[] {
  return items.filter((item, index) => items.findIndex(({ text }) => text === item.text) === index);
}
