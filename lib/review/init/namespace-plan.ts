import type { Workload } from '../../cluster/workload';
import { enumerate, workloadLabel } from '../../rules/words';
import { PROXY_PORT_NAMES } from '../../linkerd/ports';
import { groupPorts, type PortGroup } from './group';
import type { Mark, OpenQuestion, PlannedException, PlannedPort } from './plan';
import { compare } from './subjects';
import type { WantedClient, WantedPort } from './wanted';

/** The ports of a jail, as the props of the construct have them. */
export interface PlannedPorts {
  readonly ports: readonly PlannedPort[];
  readonly exceptions: readonly PlannedException[];
  readonly closed: readonly string[];
  readonly questions: readonly OpenQuestion[];
}

/** Puts the ports of a namespace's workloads into the terms of a jail. */
export function planPorts(wanted: readonly WantedPort[], workloads: readonly Workload[]): PlannedPorts {
  const { groups, undecided } = groupPorts(wanted, workloads);
  const names = new Set(groups.map(({ port }) => port).filter((port) => typeof port === 'string'));
  const ports = groups.filter(isOpen).map((group) => plannedPort(group, names));
  const exceptions = groups.flatMap((group) => exceptionsOf(group));
  const asked = wanted.flatMap((port) => questionsOf(port, groups));
  return {
    ports,
    exceptions: [ADMIN_FOR_EVERYONE, ...exceptions],
    closed: closedPorts(wanted),
    questions: unique([...asked, ...undecided.map(({ text }) => ({ kind: 'DOUBT' as const, text }))]),
  };
}

const ADMIN_FOR_EVERYONE: PlannedException = {
  port: PROXY_PORT_NAMES.admin,
  client: { kind: 'everyone' },
  because: ["the proxies' own metrics, for whatever reads them; narrow it to your Prometheus if you like"],
  marks: [],
};

function isOpen({ members }: PortGroup): boolean {
  return members[0]?.isOpen === true;
}

function plannedPort({ port, selector, members }: PortGroup, names: ReadonlySet<string>): PlannedPort {
  const [first] = members;
  // A port named "port-8080" would have the Server name of the number 8080
  const isTaken = typeof port === 'number' && names.has(`port-${port}`);
  return {
    port,
    protocol: first?.protocol ?? 'unknown',
    workloads: members.map(({ workload }) => workloadLabel(workload)),
    because: reasons(members),
    marks: uniqueMarks(members.flatMap(({ marks }) => marks)),
    ...(selector === undefined ? {} : { selector }),
    ...(isTaken ? { name: `number-${port}` } : {}),
  };
}

/** `deployment/web and deployment/api: HTTP/1 from the name http of the container port; behind Service web` */
function reasons(members: readonly WantedPort[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { workload, protocol, protocolFrom, because } of members) {
    const reason = protocol === 'unknown' ? protocolFrom : `${protocol} from ${protocolFrom}`;
    const key = `${reason}; ${because}`;
    byReason.set(key, [...(byReason.get(key) ?? []), workloadLabel(workload)]);
  }
  return [...byReason].map(([reason, labels]) => `${enumerate(labels)}: ${reason}`).sort(compare);
}

/** Every client of a group has an entry of its own: what let it in stands beside it. */
function exceptionsOf(group: PortGroup): PlannedException[] {
  const { port, selector, members } = group;
  const clients = new Map<string, WantedClient>();
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
    .sort(([a], [b]) => compare(a, b))
    .map(([, { client, because, marks }]) => ({
      port,
      client,
      because: [...new Set(because)].sort(compare),
      marks: uniqueMarks([...(isOpen(group) ? [] : (first?.marks ?? [])), ...marks]),
      ...(selector === undefined ? {} : { selector }),
      ...(isOpen(group) || first === undefined ? {} : { protocol: first.protocol }),
    }));
}

function questionsOf(wanted: WantedPort, groups: readonly PortGroup[]): OpenQuestion[] {
  const { workload, number, names, isOpen, clients, protocol, marks, questions } = wanted;
  const group = groups.find(({ members }) => members.includes(wanted));
  const port = group?.port ?? names[0] ?? number;
  const selector = group?.selector === undefined ? {} : { selector: group.selector };
  const isServed = isOpen || clients.length > 0;
  const whose = workloadLabel(workload);
  const asked = questions.map(({ text, client }): OpenQuestion => {
    const stated = isServed ? {} : { protocol };
    const list = client === undefined ? ('ports' as const) : ('exceptions' as const);
    const suggestion = { list, port, ...selector, ...stated, ...(client === undefined ? {} : { client }) };
    return { kind: 'DOUBT', text: text.includes(whose) ? text : `${whose}: ${text}`, suggestion };
  });
  // What is marked on a port that has no line in the code is asked here
  const homeless = isServed
    ? []
    : marks.map((mark) => ({ ...mark, text: `${whose} port ${number}: ${mark.text}` }));
  return [...asked, ...homeless];
}

function closedPorts(wanted: readonly WantedPort[]): string[] {
  return wanted
    .filter(({ isOpen, clients }) => !isOpen && clients.length === 0)
    .map(({ workload, number, names, because }) => {
      const name = names[0] === undefined ? '' : ` (${names[0]})`;
      return `port ${number}${name} of ${workloadLabel(workload)}: ${because}`;
    });
}

function uniqueMarks(marks: readonly Mark[]): Mark[] {
  return unique(marks);
}

/** Without those that say the same. */
function unique<T extends { readonly text: string }>(items: readonly T[]): T[] {
  return items.filter((item, index) => items.findIndex(({ text }) => text === item.text) === index);
}
