import type { Cluster } from '../../cluster/cluster';
import type { Reading, SeenRequest, SignalGroup, SignalKind } from '../../signals/signal';
import type { ClientReference } from '../../verdict/client';
import type { Target } from '../../verdict/decide';
import { compareText, groupBy } from '../../basics/collections';
import { advise, type Advice } from './advice';
import { proposals, type ExceptionProposal } from './proposals';
import { replay, type ReplayOutcome, type Replay } from './replay';
import { nameWithKind } from './resource-names';
import { seenParty, type SeenParty } from './seen-client';
import { seenTarget, targetKey } from './seen-target';

/** One client at one port, refused or let in by audit alone: all that was seen of it, and what today's manifests say. */
export interface DeniedCase {
  readonly kind: Exclude<SignalKind, 'allowed'>;
  readonly party: SeenParty;
  readonly targets: readonly Target[];
  /** How the target was found, or why not. */
  readonly targetBecause: string;
  /** As the proxy named them. */
  readonly server?: string;
  readonly route?: string;
  readonly port?: number;
  readonly namespace?: string;
  /** What it was made of; several sources tell the same denials. */
  readonly evidence: readonly SignalGroup[];
  readonly count: number;
  /** A second, where no source counts. */
  readonly rate?: number;
  readonly first?: string;
  readonly last?: string;
  readonly requests: readonly { readonly request: SeenRequest; readonly count: number }[];
  readonly furtherRequests: number;
  readonly replay: Replay;
  readonly advice: Advice;
  /** What would let it in, if that is advised. */
  readonly proposal?: ExceptionProposal;
}

export interface DeniedReport {
  readonly cases: readonly DeniedCase[];
  readonly proposals: readonly ExceptionProposal[];
  /** Clients that were let in by an authorization, as metrics have them: nothing to do about. */
  readonly allowed: number;
  readonly reading: Reading;
}

/** From this many ports of one workload on, a client looks for what is open. */
const SCANNED_PORTS = 5;

/** Who was denied, where, by what, and what would let them in. */
export function denied(cluster: Cluster, reading: Reading): DeniedReport {
  const found = casesOf(cluster, reading.groups);
  const replayed = found.map((one) => ({ ...one, replay: replayOf(cluster, one) }));
  const scans = scannedPorts(replayed);
  const advised = replayed.map((one) => ({
    ...one,
    advice: advise(cluster, one.seen, one.party, one.replay, (party) => scans.get(partyKey(party))),
  }));
  const planned = proposals(cluster, advised);
  const cases = advised.map(({ seen: _, ...one }, index): DeniedCase => {
    const { proposal, refused } = planned.of[index] ?? {};
    if (refused !== undefined) return { ...one, advice: { kind: 'unwritten', because: refused } };
    return proposal === undefined ? one : { ...one, proposal };
  });
  return {
    cases: cases.sort(byWeight),
    proposals: planned.all,
    allowed: reading.groups.filter(({ seen }) => seen.kind === 'allowed').length,
    reading,
  };
}

type FoundCase = Omit<DeniedCase, 'replay' | 'advice' | 'proposal'> & { readonly seen: SignalGroup['seen'] };

/** Signals that are about the same client, port and decision, whatever they were written in. */
function casesOf(cluster: Cluster, groups: readonly SignalGroup[]): readonly FoundCase[] {
  const placed = groups.flatMap((group) => {
    const { seen } = group;
    if (seen.kind === 'allowed') return [];
    const { targets, because } = seenTarget(cluster, seen);
    const party = seenParty(cluster, seen.client);
    return [{ group, kind: seen.kind, targets, because, party }];
  });
  const same = groupBy(placed, ({ group: { seen }, kind, targets, party }) =>
    [
      kind,
      partyKey(party),
      targets.length > 0 ? targets.map(targetKey).join() : JSON.stringify([seen.place, seen.port]),
      seen.server === undefined ? '' : nameWithKind(seen.server),
      seen.route === undefined ? '' : seen.route.name,
    ].join('\n'),
  );
  return [...same.values()].flatMap((some): readonly FoundCase[] => {
    const [head] = some;
    if (head === undefined) return [];
    const evidence = some.map(({ group }) => group);
    const { seen } = head.group;
    const namespace = head.targets[0]?.namespace ?? seen.place.namespace;
    const port = head.targets[0]?.port ?? seen.port;
    return [
      {
        seen,
        kind: head.kind,
        party: head.party,
        targets: head.targets,
        targetBecause: head.because,
        ...(seen.server === undefined ? {} : { server: nameWithKind(seen.server) }),
        ...(seen.route === undefined ? {} : { route: nameWithKind(seen.route) }),
        ...(port === undefined ? {} : { port }),
        ...(namespace === undefined ? {} : { namespace }),
        evidence,
        ...counted(evidence),
      },
    ];
  });
}

type Counted = Pick<FoundCase, 'count' | 'rate' | 'first' | 'last' | 'requests' | 'furtherRequests'>;

/** Each source counts the same denials, so the highest count is the least that there were. */
function counted(evidence: readonly SignalGroup[]): Counted {
  const bySource = groupBy(evidence, ({ seen }) => seen.source);
  const sum = (some: readonly SignalGroup[]): number => some.reduce((all, { count }) => all + count, 0);
  const count = Math.max(...[...bySource.values()].map(sum));
  const rates = evidence.flatMap(({ rate }) => rate ?? []);
  const first = evidence.flatMap((one) => one.first ?? []).sort()[0];
  const last = evidence
    .flatMap((one) => one.last ?? [])
    .sort()
    .at(-1);
  return {
    count,
    ...(count === 0 && rates.length > 0 ? { rate: rates.reduce((all, one) => all + one, 0) } : {}),
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
    requests: evidence.flatMap(({ requests }) => requests),
    furtherRequests: evidence.reduce((all, { furtherRequests }) => all + furtherRequests, 0),
  };
}

function replayOf(cluster: Cluster, one: FoundCase): Replay {
  const { seen, targets, targetBecause, requests, last, party } = one;
  const client = clientOf(party);
  const signal = {
    seen,
    targets,
    client,
    requests: requests.map(({ request }) => request),
    ...(last === undefined ? {} : { last }),
  };
  return replay(cluster, signal, targetBecause);
}

/** What the proxy saw of it; where the signal does not say, a workload that is known by its address. */
function clientOf({ client, party, signal: { ip } }: SeenParty): ClientReference | undefined {
  if (client !== undefined) return client;
  if (party.who !== 'pod' && party.who !== 'machine') return undefined;
  const { namespace, kind, name } = party.workload;
  return { workload: { namespace, kind, name }, ...(ip === undefined ? {} : { ip }) };
}

/** Equal for signals of one client; one with an identity may come from any address. */
function partyKey({ signal: { tls, identity, ip, noTls }, party }: SeenParty): string {
  return identity === undefined ? `${tls} ${ip ?? ''} ${noTls ?? ''} ${party.who}` : `mesh ${identity}`;
}

/** Of each client that tried many ports of one workload, how many. */
function scannedPorts(cases: readonly FoundCase[]): ReadonlyMap<string, number> {
  const tried = new Map<string, Set<string>>();
  for (const { party, targets } of cases) {
    // A client without address and name is nobody in particular.
    if (party.signal.identity === undefined && party.signal.ip === undefined) continue;
    for (const { namespace, kind, name, port } of targets) {
      const key = `${partyKey(party)}\n${namespace}/${kind}/${name}`;
      const ports = tried.get(key) ?? new Set();
      tried.set(key, ports.add(String(port)));
    }
  }
  const scans = new Map<string, number>();
  for (const [key, ports] of tried) {
    const party = key.split('\n', 1)[0] ?? '';
    if (ports.size >= SCANNED_PORTS) scans.set(party, Math.max(ports.size, scans.get(party) ?? 0));
  }
  return scans;
}

const ORDER: readonly ReplayOutcome[] = ['still', 'lost', 'open', 'never', 'no-longer'];

/** What is kept out still comes first, then by how often. */
function byWeight(a: DeniedCase, b: DeniedCase): number {
  return (
    ORDER.indexOf(a.replay.outcome) - ORDER.indexOf(b.replay.outcome) ||
    b.count - a.count ||
    compareText(sortKey(a), sortKey(b))
  );
}

function sortKey({ targets, party, kind, port, server, route }: DeniedCase): string {
  return [targets.map(targetKey).join(), port, partyKey(party), kind, server, route].join(' ');
}
