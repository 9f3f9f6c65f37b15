import type { Cluster } from '../../cluster/cluster';
import { commonClasses, portClasses, type PortClass } from '../../cluster/port-classes';
import type { Workload } from '../../cluster/workload';
import {
  access,
  accessByTakers,
  mayBeTls,
  possiblePolicies,
  routeSets,
  trafficClasses,
  type PossiblePolicy,
  type TakersIn,
} from '../../verdict/access';
import { amongClients, type Access } from '../../verdict/access-sets';
import { type TrafficClass } from '../../verdict/answers';
import { jointRegions, requestRegions, type Takers } from '../../verdict/request-regions';
import type { Route } from '../../cluster/route';
import { ClientIdentities, ClientSet } from '../../sets/client-set';
import { NetworkSet } from '../../sets/network-set';
import { RAW_CONNECTION, type Traffic } from '../../verdict/request';
import { distinctTraffic, trafficName, type TrafficRef } from '../../verdict/traffic-ref';
import { withoutBuiltIn } from '../../verdict/built-in-openings';
import { compareText } from '../../basics/collections';

/** One side of a comparison; the workload is `undefined` on a side that lacks it. */
export interface ComparedWorkload {
  readonly cluster: Cluster;
  readonly workload: Workload | undefined;
}

/** Ports that both sides treat alike. */
export function commonPorts(before: ComparedWorkload, after: ComparedWorkload): readonly PortClass[] {
  const old = classesOf(before);
  const now = classesOf(after);
  if (old === undefined || now === undefined) return old ?? now ?? [];
  return commonClasses(old, now);
}

function classesOf({ cluster, workload }: ComparedWorkload): readonly PortClass[] | undefined {
  return workload === undefined ? undefined : portClasses(cluster, workload);
}

/** Traffic to a port, and who may send it before and after. */
export interface ComparedTraffic {
  /** What each side takes it for: a connection, or a request on a route. */
  readonly refs: readonly TrafficRef[];
  readonly traffic: Traffic;
  readonly before: Access | undefined;
  readonly after: Access | undefined;
  /** Whether the sample is known to be of this traffic; if not, it is compared as if there were such requests. */
  readonly verified: boolean;
  /** Why this tells no more than what may happen. @default it is exact */
  readonly bound?: string;
  /** Whether each side has a route for it, as far as it needs one; if not, the proxy answers 404. */
  readonly taken: readonly [before: boolean, after: boolean];
}

const BOTH = [true, true] as const;

/** The traffic that either side tells apart, judged on both: all requests, and other connections where there are any. */
export function comparedTraffic(
  before: ComparedWorkload,
  after: ComparedWorkload,
  ports: PortClass,
): readonly ComparedTraffic[] {
  const { port } = ports;
  const compared: ComparedTraffic[] = [];
  if (!isHttp(before, after, port)) {
    const [old, now] = [accessTo(before, port), accessTo(after, port)];
    const refs = [{ kind: 'connection' } as const];
    compared.push({ refs, traffic: RAW_CONNECTION, before: old, after: now, verified: true, taken: BOTH });
  }
  const requests = jointRequests(before, after, port) ?? requestsByPolicy(before, after, port);
  compared.push(...(requests.length === 0 ? meshRequests(before, after, port) : requests));
  const one = before.workload === undefined ? after.workload : before.workload;
  if (one === undefined || (before.workload !== undefined && after.workload !== undefined)) return compared;
  // What Linkerd opens on every pod is not worth reporting for a pod that comes or goes.
  const bare = (access: Access | undefined): Access | undefined =>
    access === undefined ? undefined : withoutBuiltIn(one, ports, access);
  return compared.map((traffic) => ({
    ...traffic,
    before: bare(traffic.before),
    after: bare(traffic.after),
  }));
}

/**
 * Where no side has routes, requests fare as other bytes do, but for those of mesh clients to a TLS port: they are answered
 * with 404.
 */
function meshRequests(
  before: ComparedWorkload,
  after: ComparedWorkload,
  port: number,
): readonly ComparedTraffic[] {
  const isTls = ({ cluster, workload }: ComparedWorkload): boolean =>
    workload !== undefined && mayBeTls(cluster, workload, port);
  if (!isTls(before) && !isTls(after)) return [];
  const traffic: Traffic = { kind: 'request', request: { method: 'GET', path: '/' } };
  const [old, now] = [before, after].map((side) => {
    const found = accessTo(side, port, traffic);
    return found === undefined ? undefined : amongClients(found, MESH);
  });
  const taken = [!isTls(before), !isTls(after)] as const;
  return [{ refs: [{ kind: 'unmatched' }], traffic, before: old, after: now, verified: true, taken }];
}

const MESH = ClientSet.of(ClientIdentities.ofTls('mesh'), NetworkSet.ALL);

/** All requests, by what may happen to them; nothing if too many policies may decide. */
function jointRequests(
  before: ComparedWorkload,
  after: ComparedWorkload,
  port: number,
): readonly ComparedTraffic[] | undefined {
  const [oldSets, newSets] = [routesAt(before, port), routesAt(after, port)];
  const sets = [...new Set([...oldSets, ...newSets])];
  const regions = sets.some(({ length }) => length > 0) ? jointRegions(sets) : [];
  return regions?.map(({ taken, request, certain }): ComparedTraffic => {
    const traffic: Traffic = { kind: 'request', request };
    const takersIn: TakersIn = (routes) => taken[sets.indexOf(routes)] ?? [];
    const [old, now] = [accessTo(before, port, traffic, takersIn), accessTo(after, port, traffic, takersIn)];
    const isTaken = [oldSets, newSets].map((own) =>
      own.every((routes) => routes.length === 0 || takersIn(routes).length > 0),
    ) as [boolean, boolean];
    const refs = refsOf(taken, isTaken);
    return { refs, traffic, before: old, after: now, verified: certain, taken: isTaken };
  });
}

const TOO_MANY_POLICIES = 'too many policies may decide, so each was compared as if it did';

/**
 * The same policy by policy, each as if it decided: whatever any of them changes is told, even where another one would let
 * the client in or keep it out anyhow.
 */
function requestsByPolicy(
  before: ComparedWorkload,
  after: ComparedWorkload,
  port: number,
): readonly ComparedTraffic[] {
  const [olds, news] = [policiesAt(before, port), policiesAt(after, port)];
  const keys = new Set([...olds, ...news].map(({ key }) => key));
  return [...keys].flatMap((key) => {
    const [old, now] = [olds, news].map((all) => all.find((one) => one.key === key) ?? all[0]);
    return requestRegions(old?.routes ?? [], now?.routes ?? []).map(({ taken, request, certain }) => {
      const traffic: Traffic = { kind: 'request', request };
      const [first = [], second = []] = taken;
      const isTaken = [
        old === undefined || old.routes.length === 0 || first.length > 0,
        now === undefined || now.routes.length === 0 || second.length > 0,
      ] as const;
      const accesses = [old?.access(traffic, () => first), now?.access(traffic, () => second)] as const;
      // A sample tells of this policy only where all together tell the same.
      const verified =
        certain &&
        [before, after].every(({ cluster, workload }, side) => {
          if (workload === undefined) return true;
          return verdictChanges(accesses[side], access(cluster, workload, port, traffic)).length === 0;
        });
      return {
        refs: refsOf(taken, isTaken),
        traffic,
        before: accesses[0],
        after: accesses[1],
        verified,
        taken: isTaken,
        bound: TOO_MANY_POLICIES,
      };
    });
  });
}

function policiesAt({ cluster, workload }: ComparedWorkload, port: number): readonly PossiblePolicy[] {
  return workload === undefined ? [] : possiblePolicies(cluster, workload, port);
}

/** The routes that take a request. What only a generated route takes is best told by the 404 of the other side. */
function refsOf(taken: readonly Takers[], isTaken: readonly [boolean, boolean]): readonly TrafficRef[] {
  const routes = taken.flat().map(({ ref }) => ref);
  const isRest = !isTaken.every(Boolean) && routes.every(({ kind }) => kind === 'default');
  if (routes.length === 0 || isRest) return [{ kind: 'unmatched' }];
  return distinctTraffic(routes).sort(byTrafficName);
}

function byTrafficName(a: TrafficRef, b: TrafficRef): number {
  return compareText(trafficName(a), trafficName(b));
}

/**
 * Where one side takes HTTP only, requests tell who gets in: whoever may send other bytes may send those. An opaque or TLS
 * port has no requests to compare.
 */
function isHttp(before: ComparedWorkload, after: ComparedWorkload, port: number): boolean {
  const sides = [before, after].flatMap(({ cluster, workload }) =>
    workload === undefined ? [] : [trafficClasses(cluster, workload, port)],
  );
  return (
    sides.some((classes) => classes.length > 0 && !classes.some(({ ref }) => ref.kind === 'connection')) &&
    sides.every((classes) => classes.length === 0 || classes.some(takesRequests))
  );
}

/** What policy does not govern takes everything. */
function takesRequests({ ref, access: { server } }: TrafficClass): boolean {
  return ref.kind !== 'connection' || server === undefined;
}

function routesAt({ cluster, workload }: ComparedWorkload, port: number): readonly (readonly Route[])[] {
  return workload === undefined ? [] : routeSets(cluster, workload, port);
}

function accessTo(
  { cluster, workload }: ComparedWorkload,
  port: number,
  traffic: Traffic = RAW_CONNECTION,
  takersIn: TakersIn = () => [],
): Access | undefined {
  return workload === undefined ? undefined : accessByTakers(cluster, workload, port, traffic, takersIn);
}

/**
 * How a client fares: also `deny` if the workload does not exist or no route matches the request. `depends`: it may get in,
 * if something is the case that the input does not say.
 */
export type AccessLevel = 'allow' | 'audit' | 'depends' | 'deny';

const LEVELS: readonly AccessLevel[] = ['deny', 'depends', 'audit', 'allow'];

export interface VerdictChange {
  readonly before: AccessLevel;
  readonly after: AccessLevel;
  readonly clients: ClientSet;
}

/** Whose fate changes between two accesses. */
export function verdictChanges(
  before: Access | undefined,
  after: Access | undefined,
): readonly VerdictChange[] {
  const [a, b] = [before ?? NOBODY, after ?? NOBODY];
  const isSame = (['allow', 'audit', 'possibly'] as const).every((level) => a[level].key === b[level].key);
  if (isSame) return [];
  return LEVELS.flatMap((was) =>
    LEVELS.flatMap((is): VerdictChange[] => {
      if (was === is) return [];
      const clients = both(a, was, b, is).minus(ClientSet.LOOPBACK);
      return clients.isEmpty ? [] : [{ before: was, after: is, clients }];
    }),
  );
}

/** The clients of one level before and another one after. */
function both(a: Sets, was: AccessLevel, b: Sets, is: AccessLevel): ClientSet {
  if (was === 'deny') return is === 'deny' ? ClientSet.NONE : clientsAt(b, is).minus(letIn(a));
  return is === 'deny' ? clientsAt(a, was).minus(letIn(b)) : clientsAt(a, was).and(clientsAt(b, is));
}

type Sets = Pick<Access, 'allow' | 'audit' | 'possibly'>;

function clientsAt(sets: Sets, level: Exclude<AccessLevel, 'deny'>): ClientSet {
  switch (level) {
    case 'allow':
      return sets.allow;
    case 'audit':
      return sets.audit;
    case 'depends':
      return sets.possibly;
  }
}

function letIn({ allow, audit, possibly }: Sets): ClientSet {
  return allow.or(audit).or(possibly);
}

const NOBODY: Sets = { allow: ClientSet.NONE, audit: ClientSet.NONE, possibly: ClientSet.NONE };
