import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import type { ProxyProtocolName } from '../../linkerd/protocol';
import type { Question } from './outside-client';
import type { ReviewMark, PlannedClient } from './plan';
import { evidenceOf, isSkipped, type PortFacts } from './port-facts';
import { inferProtocol, type Inferred } from '../../workloads/protocol';
import { isMetricsName } from '../../workloads/protocol-words';
import { enumerate } from '../../basics/words';
import { workloadLabel } from '../../cluster/labels';

/** The decision about one port of a workload. */
export interface DecidedPort {
  readonly workload: Workload;
  readonly number: number;
  readonly names: readonly string[];
  readonly protocol: ProxyProtocolName;
  /** What the protocol is inferred from. */
  readonly protocolFrom: string;
  /** Whether the namespace itself may use it. */
  readonly isOpen: boolean;
  /** Why it is open to the namespace, or why not. */
  readonly because: string;
  readonly marks: readonly ReviewMark[];
  readonly clients: readonly DecidedClient[];
  readonly questions: readonly Question[];
}

export interface DecidedClient {
  readonly client: PlannedClient;
  readonly because: readonly string[];
  readonly marks: readonly ReviewMark[];
}

interface Opening {
  readonly isOpen: boolean;
  readonly because: string;
  readonly marks: readonly ReviewMark[];
  readonly questions?: readonly Question[];
}

/** Decides about a port: what it speaks, who may use it, and what is left to the user. */
export function decidePort(cluster: Cluster, facts: PortFacts, hasService: boolean): DecidedPort {
  const { workload, number, names } = facts;
  const inferred = inferProtocol(evidenceOf(cluster, facts));
  const common = { workload, number, names, protocol: inferred.protocol, protocolFrom: inferred.from };
  const closed = whyNotOurs(cluster, facts);
  if (closed !== undefined) {
    return {
      ...common,
      isOpen: false,
      because: closed.because,
      marks: closed.marks,
      clients: [],
      questions: [],
    };
  }
  const opening = openingOf(facts, hasService, inferred);
  return {
    ...common,
    ...opening,
    marks: [...marksOfProtocol(inferred), ...opening.marks],
    clients: clientsOf(cluster, facts, inferred.protocol).filter(
      ({ client }) => !(opening.isOpen && isPeer(client, workload)),
    ),
    questions: [...(opening.questions ?? []), ...questionsOf(facts, opening.isOpen)],
  };
}

/** Ports that a jail cannot or must not have a Server for. */
function whyNotOurs(cluster: Cluster, facts: PortFacts): Omit<Opening, 'isOpen'> | undefined {
  const { workload, number } = facts;
  if (isSkipped(cluster, facts)) {
    const because = 'it bypasses the proxy (skip-inbound-ports)';
    return {
      because,
      marks: [{ kind: 'DOUBT', text: `${because}: no jail can protect it, and everyone gets in` }],
    };
  }
  const server = cluster.portOwnership(workload).owners.get(number);
  if (server === undefined) return undefined;
  const because = `Server ${server.name} in the manifests already owns it`;
  const text = `${because}, and the older of two Servers wins: add its clients here and delete it`;
  return { because, marks: [{ kind: 'DOUBT', text }] };
}

function openingOf(facts: PortFacts, hasService: boolean, { protocol }: Inferred): Opening {
  const { backends, containers, isSidecar, isCalledByPeers, probes, admissions, names } = facts;
  const services = [...new Set(backends.map(({ service }) => service.object.metadata.name))].sort();
  if (isCalledByPeers) return { isOpen: true, because: `called from its own namespace`, marks: [] };
  if (isForMetrics(facts)) {
    const isRead = admissions.some(({ isScrape }) => isScrape === true);
    const text = `port ${names[0] ?? facts.number} is for metrics, judging by its name, and nothing in the manifests scrapes it`;
    const question = { text, client: "Client.serviceAccount('monitoring', 'prometheus')" };
    return {
      isOpen: false,
      because: 'it is for metrics: open to those who scrape them',
      marks: [],
      questions: isRead ? [] : [question],
    };
  }
  const tool = debuggerOf(facts);
  if (tool !== undefined) {
    const text = `port ${facts.number} is for debugging (${tool}): whoever reaches it runs the process, so it stays closed`;
    return { isOpen: false, because: 'it is for debugging', marks: [], questions: [{ text }] };
  }
  if (services.length > 0) {
    return { isOpen: true, because: `behind Service ${enumerate(services)}`, marks: [] };
  }
  if (containers.length === 0) return { isOpen: false, because: 'no container declares it', marks: [] };
  if (isSidecar) {
    const text = `port ${facts.number} belongs to container ${enumerate([...containers])}, not the main one, and no Service leads to it: open it only if peers use it`;
    return { isOpen: false, because: 'a port of a sidecar', marks: [], questions: [{ text }] };
  }
  if (probes.length > 0) {
    const text = `as far as the manifests show, only its probes use port ${facts.number}, and no Service leads to it: it stays closed to peers`;
    return { isOpen: false, because: 'only its probes use it', marks: [], questions: [{ text }] };
  }
  const text = hasService
    ? 'no Service leads to it, though Services lead to other ports of the workload; peers that know the pods may use it'
    : `no Service leads to it; it is open because the main container declares it (${protocol})`;
  return { isOpen: true, because: 'declared by the main container', marks: [{ kind: 'GUESS', text }] };
}

/** Numbers at which debuggers listen unless told otherwise. */
const DEBUGGERS = new Map([
  [2345, "Delve's port"],
  [5005, "the JVM's port"],
  [5678, "debugpy's port"],
  [9229, "Node's port"],
  [40000, "Delve's port"],
]);

/** What tells that a port is a debugger's: a name, or the number where there is no name. */
function debuggerOf({ names, number, backends }: PortFacts): string | undefined {
  const words = [...names, ...backends.flatMap(({ servicePort }) => servicePort.name ?? [])];
  const named = words.find((word) =>
    /(^|-)(debug(ger|py)?|jdwp|delve|dlv|gdb|pprof|inspect(or)?)(-|$)/i.test(word),
  );
  if (named !== undefined) return `its name ${named}`;
  return words.length === 0 && backends.length === 0 ? DEBUGGERS.get(number) : undefined;
}

/** By its name, or because it is scraped and no Service leads peers to it. */
function isForMetrics({ names, backends, admissions }: PortFacts): boolean {
  const words = [...names, ...backends.flatMap(({ servicePort }) => servicePort.name ?? [])];
  if (words.length > 0 && words.every(isMetricsName)) return true;
  return backends.length === 0 && admissions.some(({ isScrape }) => isScrape === true);
}

function marksOfProtocol({ guess, doubt }: Inferred): ReviewMark[] {
  return [
    ...(guess === undefined ? [] : [{ kind: 'GUESS' as const, text: guess }]),
    ...(doubt === undefined ? [] : [{ kind: 'DOUBT' as const, text: doubt }]),
  ];
}

/** Whom an open port lets in anyway. */
function isPeer(client: PlannedClient, { namespace }: Workload): boolean {
  return client.kind === 'serviceAccount' && client.namespace === namespace;
}

/** Clients from outside, each once even if it comes for several reasons. */
function clientsOf(cluster: Cluster, facts: PortFacts, protocol: ProxyProtocolName): DecidedClient[] {
  const probes = facts.probes.flatMap((probe) => {
    const why = whyProbeNeedsOpening(cluster, probe, protocol);
    const because = `the ${probe.kind} ${enumerate(probe.probes)} of ${workloadLabel(facts.workload)}: ${why ?? ''}`;
    return why === undefined ? [] : [{ client: { kind: 'nodes' as const }, because, marks: [] }];
  });
  const named = facts.admissions.flatMap(({ client, because, marks }) =>
    client === undefined ? [] : [{ client, because, marks }],
  );
  const found = new Map<string, DecidedClient>();
  for (const { client, because, marks } of [...probes, ...named]) {
    const key = JSON.stringify(client);
    const known = found.get(key);
    found.set(key, {
      client,
      because: [...new Set([...(known?.because ?? []), because])],
      marks: [
        ...(known?.marks ?? []),
        ...marks.filter(({ text }) => !known?.marks.some((m) => m.text === text)),
      ],
    });
  }
  return [...found.values()];
}

/** Why Linkerd does not let a probe in by itself (linkerd-policy 5.1). */
function whyProbeNeedsOpening(
  cluster: Cluster,
  { kind, path }: PortFacts['probes'][number],
  protocol: ProxyProtocolName,
): string | undefined {
  if (kind !== 'httpGet') return 'Linkerd lets in only plain HTTP probes by itself';
  if (protocol === 'opaque' || protocol === 'TLS')
    return `the proxy does not look into ${protocol} connections`;
  if (path?.startsWith('/') === false) return `its path ${JSON.stringify(path)} does not start with a slash`;
  if (cluster.config.probeNetworks.length === 0) return 'this mesh lets in no probes by itself';
  return undefined;
}

function questionsOf({ admissions, number }: PortFacts, isOpen: boolean): Question[] {
  return admissions.flatMap(({ question, because }) => {
    if (question === undefined) return [];
    const asked = `${because}: ${question.text}`;
    return [{ ...question, text: isOpen ? asked : `${asked} (port ${number})` }];
  });
}
