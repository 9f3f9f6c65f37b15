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
): PlannedPorts {
  const { groups, undecided } = groupPorts(wanted, workloads);
  const ports = groups.filter(isOpen).map((group) => plannedPort(group, groups));
  const exceptions = groups.flatMap((group) => exceptionsOf(group));
  const asked = askedOf(wanted, groups, workloads);
  return {
    ports,
    exceptions: [...(hasAdminServer ? [] : [ADMIN_FOR_EVERYONE]), ...exceptions],
    closed: closedPorts(wanted),
    questions: unique([...asked, ...undecided.map(({ text }) => ({ kind: 'DOUBT' as const, text }))]),
  };
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
    marks: uniqueMarks(members.flatMap(({ marks }) => marks)),
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
      marks: uniqueMarks([...(isOpen(group) ? [] : (first?.marks ?? [])), ...marks]),
      ...(selector === undefined ? {} : { selector }),
      ...(isOpen(group) || first === undefined ? {} : { protocol: first.protocol }),
    }));
}

/** Questions about ports; one that applies to several workloads is asked once. */
function askedOf(
  wanted: readonly DecidedPort[],
  groups: readonly PortGroup[],
  workloads: readonly Workload[],
): OpenQuestion[] {
  const asked = wanted.flatMap((port) => questionsOf(port, groups, workloads));
  const byQuestion = groupBy(asked, ({ question }) => JSON.stringify(question));
  return [...byQuestion.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const labels = enumerate([first, ...more].map(({ whose }) => whose));
    return [{ ...first.question, text: `${labels}: ${first.question.text}` }];
  });
}

interface Asked {
  readonly whose: string;
  readonly question: OpenQuestion;
}

function questionsOf(
  wanted: DecidedPort,
  groups: readonly PortGroup[],
  workloads: readonly Workload[],
): Asked[] {
  const { workload, number, names, isOpen, clients, protocol, marks, questions } = wanted;
  const group = groups.find(({ members }) => members.includes(wanted));
  const port = group?.port ?? keyOf(wanted);
  const isElsewhere = groups.some((other) => other.port === port);
  const selector = group === undefined ? selectorFor(wanted, port, workloads, isElsewhere) : group.selector;
  const isServed = isOpen || clients.length > 0;
  const whose = workloadLabel(workload);
  const asked = questions.map(({ text, client }): Asked => {
    const suggestion: Suggestion = {
      list: client === undefined ? 'ports' : 'exceptions',
      port,
      ...(selector === undefined ? {} : { selector }),
      ...(isServed ? {} : { protocol }),
      ...(client === undefined ? {} : { client }),
    };
    return { whose, question: { kind: 'DOUBT', text, suggestion } };
  });
  // Marks on a port that has no line in the code are asked here
  const name = names[0] === undefined ? '' : ` (${names[0]})`;
  const homeless = isServed
    ? []
    : marks.map((mark) => ({ whose, question: { ...mark, text: `port ${number}${name}: ${mark.text}` } }));
  return [...asked, ...homeless];
}

/** The pods that have this port, if other pods use it for something else or have a Server there. */
function selectorFor(
  { workload }: DecidedPort,
  port: number | string,
  workloads: readonly Workload[],
  isElsewhere: boolean,
): LabelSelector | undefined {
  if (typeof port === 'string' && !isElsewhere) return undefined;
  const others = workloads.filter(
    (other) =>
      other !== workload &&
      (typeof port === 'string'
        ? other.pod.portNames.has(port)
        : isElsewhere || other.pod.ports.some(({ number }) => number === port)),
  );
  return others.length === 0 ? undefined : distinguishingSelectors([[workload]], others, undefined)?.[0];
}

function closedPorts(wanted: readonly DecidedPort[]): string[] {
  const closed = wanted.filter(({ isOpen, clients }) => !isOpen && clients.length === 0);
  const alike = groupBy(closed, ({ number, names, because }) => JSON.stringify([number, names[0], because]));
  return [...alike.values()].flatMap((ports) =>
    ports.slice(0, 1).map(({ number, names, because }) => {
      const port = [`port ${number}`, ...names.slice(0, 1).map((name) => `(${name})`)].join(' ');
      return `${port} of ${enumerate(ports.map(({ workload }) => workloadLabel(workload)))}: ${because}`;
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
