import type { Cluster } from '../../cluster/cluster';
import { portClasses, usualPort, type PortClass, type PortRange } from '../../cluster/port-classes';
import type { Workload } from '../../cluster/workload';
import { access, trafficClasses, type Access, type TrafficClass } from '../../verdict/access';
import { ClientSet } from '../../sets/client-set';
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
  const common = old.flatMap((a) =>
    now.flatMap((b): PortClass[] => {
      const ranges = intersect(a.ranges, b.ranges);
      if (ranges.length === 0) return [];
      const names = [...new Set([...a.names, ...b.names])].sort();
      const origin = a.origin === 'other' ? b.origin : a.origin;
      return [{ ranges, names, origin, port: usualPort(ranges) }];
    }),
  );
  return common.sort((a, b) => rank(a) - rank(b));
}

/** By number; ports that nothing names come last. */
function rank({ origin, ranges }: PortClass): number {
  return (ranges[0]?.[0] ?? 0) + (origin === 'other' ? 65536 : 0);
}

function classesOf({ cluster, workload }: ComparedWorkload): readonly PortClass[] | undefined {
  return workload === undefined ? undefined : portClasses(cluster, workload);
}

function intersect(a: readonly PortRange[], b: readonly PortRange[]): PortRange[] {
  return a.flatMap(([from, to]) =>
    b.flatMap(([start, end]): PortRange[] => {
      const [first, last] = [Math.max(from, start), Math.min(to, end)];
      return first <= last ? [[first, last]] : [];
    }),
  );
}

/** Traffic to a port, and who may send it before and after. */
export interface ComparedTraffic {
  /** What each side takes it for: a connection, or a request on a route. */
  readonly refs: readonly TrafficRef[];
  readonly traffic: Traffic;
  readonly before: Access | undefined;
  readonly after: Access | undefined;
  /** Whether the sample is known to be this traffic; if not, the two classes of that name are compared. */
  readonly verified: boolean;
}

/** The traffic that either side distinguishes, judged on both. */
export function comparedTraffic(
  before: ComparedWorkload,
  after: ComparedWorkload,
  ports: PortClass,
): readonly ComparedTraffic[] {
  const { port } = ports;
  const sides = [before, after].map((side) => ({ side, classes: trafficOf(side, port) }));
  const samples = new Map<string, Traffic>();
  const unverified = new Map<string, TrafficRef>();
  // If one side takes only HTTP, requests show who gets in: whoever may send other bytes may send them too. An opaque
  // or TLS port has no requests to compare.
  const isHttp =
    sides.some(
      ({ classes }) => classes.length > 0 && !classes.some(({ ref }) => ref.kind === 'connection'),
    ) && sides.every(({ classes }) => classes.length === 0 || classes.some(takesRequests));
  if (!isHttp) samples.set(JSON.stringify(RAW_CONNECTION), RAW_CONNECTION);
  sides.forEach(({ classes }, index) => {
    const other = sides[1 - index]?.classes ?? [];
    const isGrpc = (found: typeof classes): boolean =>
      found.some(({ access: one }) => one.route?.kind === 'grpc');
    for (const { ref, name, traffic, hasSample } of classes) {
      if (ref.kind === 'connection') continue;
      // A gRPC port takes only calls; losing its plain requests says nothing about clients.
      if (ref.kind !== 'object' && isGrpc(other) && !isGrpc(classes)) continue;
      if (hasSample) samples.set(JSON.stringify(traffic), traffic);
      else unverified.set(name, ref);
    }
  });
  const known = [...samples]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, traffic]): ComparedTraffic => {
      const [old, now] = [accessTo(before, port, traffic), accessTo(after, port, traffic)];
      const routes = [old?.route?.ref, now?.route?.ref].filter((ref) => ref !== undefined);
      const refs =
        traffic.kind === 'connection'
          ? [{ kind: 'connection' } as const]
          : distinctTraffic(routes).sort(byTrafficName);
      return { refs, traffic, before: old, after: now, verified: true };
    });
  const assumed = [...unverified.values()].sort(byTrafficName).map((ref): ComparedTraffic => {
    const name = trafficName(ref);
    const [old, now] = sides.map(({ classes }) => classes.find((one) => one.name === name)?.access);
    return { refs: [ref], traffic: RAW_CONNECTION, before: old, after: now, verified: false };
  });
  const one = before.workload === undefined ? after.workload : before.workload;
  const all = [...known, ...assumed];
  if (one === undefined || (before.workload !== undefined && after.workload !== undefined)) return all;
  // What Linkerd opens on every pod is not worth reporting for a pod that comes or goes.
  const bare = (access: Access | undefined): Access | undefined =>
    access === undefined ? undefined : withoutBuiltIn(one, ports, access);
  return all.map((traffic) => ({ ...traffic, before: bare(traffic.before), after: bare(traffic.after) }));
}

function byTrafficName(a: TrafficRef, b: TrafficRef): number {
  return compareText(trafficName(a), trafficName(b));
}

/** A port that policy does not govern takes everything. */
function takesRequests({ ref, access: { server } }: TrafficClass): boolean {
  return ref.kind !== 'connection' || server === undefined;
}

function trafficOf({ cluster, workload }: ComparedWorkload, port: number): readonly TrafficClass[] {
  return workload === undefined ? [] : trafficClasses(cluster, workload, port);
}

function accessTo(
  { cluster, workload }: ComparedWorkload,
  port: number,
  traffic: Traffic,
): Access | undefined {
  return workload === undefined ? undefined : access(cluster, workload, port, traffic);
}

/** How a client fares: also `deny` if the workload does not exist or no route matches the request. */
export type AccessLevel = 'allow' | 'audit' | 'deny';

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
  if (a.allow.key === b.allow.key && a.audit.key === b.audit.key) return [];
  const [was, is] = [a.allow.or(a.audit), b.allow.or(b.audit)];
  const all: VerdictChange[] = [
    { before: 'deny', after: 'allow', clients: b.allow.minus(was) },
    { before: 'deny', after: 'audit', clients: b.audit.minus(was) },
    { before: 'audit', after: 'allow', clients: a.audit.and(b.allow) },
    { before: 'allow', after: 'audit', clients: a.allow.and(b.audit) },
    { before: 'allow', after: 'deny', clients: a.allow.minus(is) },
    { before: 'audit', after: 'deny', clients: a.audit.minus(is) },
  ];
  return all
    .map((passage) => ({ ...passage, clients: passage.clients.minus(ClientSet.LOOPBACK) }))
    .filter(({ clients }) => !clients.isEmpty);
}

const NOBODY = { allow: ClientSet.NONE, audit: ClientSet.NONE };
