import type { Cluster } from './cluster';
import { treatmentOf, type Treatment } from './treatment';
import type { Workload } from './workload';
import { memoized, oncePer } from '../basics/collections';

export type PortRange = readonly [first: number, last: number];

/** Why a port gets its own line. */
export type PortOrigin = 'declared' | 'server' | 'probe' | 'proxy' | 'annotation' | 'other';

/** Ports of a workload that nothing distinguishes. */
export interface PortClass {
  /** Empty if only the name of the port is known. */
  readonly ranges: readonly PortRange[];
  /** A port of the class; what is true of it is true of all of them. */
  readonly port: number;
  /** Names that containers give the port. */
  readonly names: readonly string[];
  readonly origin: PortOrigin;
}

const FIRST = 1;
const LAST = 65535;

/**
 * All 65,535 ports of a workload in as few classes as its policy needs: one for each port that something names, one
 * for each set of ports that annotations distinguish, and the rest. Undeclared ports count: a process may listen there.
 * What its running pods tell apart is told apart too.
 */
export function portClasses(cluster: Cluster, workload: Workload): readonly PortClass[] {
  const own = ownPortClasses(cluster, workload);
  const others = new Set(cluster.runningPods(workload).map((pod) => ownPortClasses(cluster, pod)));
  others.delete(own);
  if (others.size === 0) return own;
  return memoized(refinedClasses(cluster), workload, () => [...others].reduce(commonClasses, own));
}

const refinedClasses = oncePer<Cluster, Map<Workload, readonly PortClass[]>>(() => new Map());

/** The ports that two lists of classes both treat alike. */
export function commonClasses(
  some: readonly PortClass[],
  others: readonly PortClass[],
): readonly PortClass[] {
  const common = some.flatMap((a) =>
    others.flatMap((b): PortClass[] => {
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
  return (ranges[0]?.[0] ?? 0) + (origin === 'other' ? LAST + 1 : 0);
}

function intersect(a: readonly PortRange[], b: readonly PortRange[]): PortRange[] {
  return a.flatMap(([from, to]) =>
    b.flatMap(([start, end]): PortRange[] => {
      const [first, last] = [Math.max(from, start), Math.min(to, end)];
      return first <= last ? [[first, last]] : [];
    }),
  );
}

function ownPortClasses(cluster: Cluster, workload: Workload): readonly PortClass[] {
  return memoized(knownClasses(cluster), treatmentOf(cluster, workload), () =>
    makeClasses(cluster, workload),
  );
}

const knownClasses = oncePer<Cluster, Map<Treatment, readonly PortClass[]>>(() => new Map());

function makeClasses(cluster: Cluster, workload: Workload): readonly PortClass[] {
  const origins = namedPorts(cluster, workload);
  const single = [...origins.keys()].sort((a, b) => a - b);
  const named = single.map((port): PortClass => {
    const origin = origins.get(port) ?? 'other';
    return { ranges: [[port, port]], port, names: portNamesOf(workload, port), origin };
  });
  return [...named, ...unnamedPorts(workload, single)];
}

/** Ports that something names, with the most telling origin first. */
function namedPorts(cluster: Cluster, workload: Workload): Map<number, PortOrigin> {
  const { pod, injection } = workload;
  const origins = new Map<number, PortOrigin>();
  const add = (port: number, origin: PortOrigin): void => {
    if (!origins.has(port)) origins.set(port, origin);
  };
  if (injection.meshed) {
    const isTaken = treatmentOf(cluster, workload).isControlPortInUse;
    for (const port of Object.values(pod.proxyPorts)) {
      if (port !== pod.proxyPorts.control || !isTaken) add(port, 'proxy');
    }
  }
  for (const { number } of pod.ports) add(number, 'declared');
  if (!injection.meshed) return origins;
  for (const port of cluster.portOwnership(workload).owners.keys()) add(port, 'server');
  for (const port of pod.probes.keys()) add(port, 'probe');
  add(pod.proxyPorts.control, 'probe');
  return origins;
}

function portNamesOf({ pod }: Workload, port: number): readonly string[] {
  const names: string[] = [];
  for (const { number, name } of pod.ports) {
    if (number === port && name !== undefined && !names.includes(name)) names.push(name);
  }
  return names;
}

/** The gaps between named ports, split where an annotation's port list begins or ends, and grouped by those lists. */
function unnamedPorts({ pod, injection }: Workload, named: readonly number[]): PortClass[] {
  const { skippedInbound, opaque, requireIdentity } = pod.settings;
  const lists = injection.meshed ? [skippedInbound, opaque, requireIdentity] : [];
  const cuts = lists.flatMap((ports) => ports.spans());
  return grouped(gaps(named, cuts), (port) => lists.map((ports) => (ports.has(port) ? 'x' : '')).join());
}

function grouped(ranges: readonly PortRange[], key: (port: number) => string): PortClass[] {
  const groups = new Map<string, PortRange[]>();
  for (const range of ranges) {
    const group = memoized(groups, key(range[0]), () => []);
    const previous = group.at(-1);
    if (previous !== undefined && previous[1] + 1 === range[0])
      group[group.length - 1] = [previous[0], range[1]];
    else group.push(range);
  }
  return [...groups].map(([lists, group]): PortClass => {
    const isRest = lists.replaceAll(',', '') === '';
    return { ranges: group, port: usualPort(group), names: [], origin: isRest ? 'other' : 'annotation' };
  });
}

/** A plausible port from the ranges, the same one for equal ranges. */
function usualPort(ranges: readonly PortRange[]): number {
  const within = (port: number): boolean => ranges.some(([first, last]) => first <= port && port <= last);
  return [9999, 10000, 31337].find(within) ?? ranges[0]?.[0] ?? FIRST;
}

/** All ports except the named ones, split at the ends of the given ranges. */
function gaps(named: readonly number[], cuts: readonly PortRange[]): PortRange[] {
  const starts = new Set<number>([FIRST]);
  const taken = new Set(named);
  for (const port of named) starts.add(port).add(port + 1);
  for (const [first, last] of cuts) starts.add(first).add(last + 1);
  const sorted = [...starts].filter((start) => start <= LAST).sort((a, b) => a - b);
  return sorted.flatMap((start, i): PortRange[] => {
    const end = (sorted[i + 1] ?? LAST + 1) - 1;
    return taken.has(start) ? [] : [[start, end]];
  });
}

/** `8080`, `9000-9100`, or `any other port`. */
export function portLabel({ ranges, origin, names }: PortClass): string {
  if (origin === 'other') return 'any other port';
  if (ranges.length === 0) return names.join(', ');
  const numbers = ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
  return names.length === 0 ? numbers : `${numbers} (${names.join(', ')})`;
}
