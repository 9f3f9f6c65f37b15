import type { Cluster } from '../../cluster/cluster';
import { isControlPortInUse } from '../../cluster/control-port';
import { portClasses, type PortClass } from '../../cluster/port-classes';
import { workloadKey, type Workload, type WorkloadId } from '../../cluster/workload';
import { trafficClasses, type Access } from '../../verdict/access';
import { isProbe } from '../../verdict/traffic-ref';
import { ClientSet } from '../../sets/client-set';
import type { WorkloadPort } from '../workload-ports';
import { smallestClientClasses, type ClientClass } from './client-classes';
import { isProxyInboundPort, builtInOpening, withoutBuiltIn } from '../../verdict/built-in-openings';
import { append, compareText, memoized } from '../../basics/collections';

export type { ClientClass } from './client-classes';

/** `partly`: only some of these clients, or only some traffic. */
export type ReachLevel = 'allow' | 'audit' | 'partly' | 'deny';

/** Ports of one namespace that let the same clients in. */
export interface MapPortGroup {
  readonly namespace: string;
  readonly ports: readonly WorkloadPort[];
  /** By the index of the client class. */
  readonly reach: readonly ReachLevel[];
}

/** Who reaches what. */
export interface AccessMap {
  readonly classes: readonly ClientClass[];
  readonly groups: readonly MapPortGroup[];
  /** Namespaces that have workloads, and therefore ports. */
  readonly namespaces: readonly string[];
}

/** Maps all workloads of a cluster, leaving out what Linkerd opens by itself on every pod (probe paths, tap). */
export function accessMap(cluster: Cluster): AccessMap {
  const atoms = smallestClientClasses(cluster);
  const wholes = namespaceSets(atoms);
  const workloads = cluster.workloads.filter(({ isMadeByInput }) => !isMadeByInput);
  const groups = new Map<
    string,
    { namespace: string; ports: WorkloadPort[]; reach: readonly ReachLevel[] }
  >();
  const known = new Map<string, readonly ReachLevel[]>();
  for (const workload of workloads) {
    for (const ports of portClasses(cluster, workload)) {
      if (isOfProxy(cluster, workload, ports)) continue;
      const accesses = accessesOf(cluster, workload, ports);
      const key = accesses.map(({ allow, audit }) => `${allow.key}/${audit.key}`).join('\n');
      const reach = memoized(known, key, () => reachOfAll(atoms, wholes, accesses));
      const { namespace } = workload;
      const groupKey = `${namespace} ${reach.join()}`;
      const group = memoized(groups, groupKey, () => ({ namespace, ports: [], reach }));
      group.ports.push({ workload, ports, traffic: [], isAll: true });
    }
  }
  const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))].sort();
  return mergeAlike(
    atoms,
    [...groups.values()].sort((a, b) => compareText(a.namespace, b.namespace)),
    namespaces,
  );
}

/** Ports no application can use: tap, the proxy's inbound port, and what Linkerd skips by default. */
function isOfProxy(cluster: Cluster, workload: Workload, ports: PortClass): boolean {
  const { injection, pod } = workload;
  if (!injection.meshed) return false;
  if (isProxyInboundPort(cluster, workload, ports.port)) return true;
  if (ports.port === pod.proxyPorts.control) return !isControlPortInUse(cluster, workload);
  const [grant] = trafficClasses(cluster, workload, ports.port)[0]?.access.grants ?? [];
  return grant !== undefined && builtInOpening(workload, ports, grant) === 'skipped-by-default';
}

function accessesOf(cluster: Cluster, workload: Workload, ports: PortClass): readonly Access[] {
  const all = trafficClasses(cluster, workload, ports.port).filter(({ ref }) => !isProbe(ref));
  return all.map(({ access: one }) => withoutBuiltIn(workload, ports, one));
}

/** All atoms of each namespace together. */
function namespaceSets(atoms: readonly ClientClass[]): ReadonlyMap<string, ClientSet> {
  const members = new Map<string, ClientSet[]>();
  for (const { kind, namespace, clients } of atoms) {
    if (kind !== 'accounts' || namespace === undefined) continue;
    append(members, namespace, clients);
  }
  return new Map([...members].map(([name, sets]) => [name, ClientSet.union(sets)]));
}

/** Most namespaces fare alike as a whole: their ServiceAccounts are judged one by one only if they do not. */
function reachOfAll(
  atoms: readonly ClientClass[],
  wholes: ReadonlyMap<string, ClientSet>,
  accesses: readonly Access[],
): readonly ReachLevel[] {
  const fates = new Map<string, ReachLevel>();
  for (const [namespace, clients] of wholes) fates.set(namespace, reachOf(clients, accesses));
  return atoms.map(({ kind, namespace = '', clients }) => {
    const whole = kind === 'accounts' ? fates.get(namespace) : undefined;
    return whole === undefined || whole === 'partly' ? reachOf(clients, accesses) : whole;
  });
}

/** How a set of clients fares on a port, all its traffic taken together. */
function reachOf(clients: ClientSet, accesses: readonly Access[]): ReachLevel {
  const each = accesses.map(({ allow, audit }): ReachLevel => {
    if (clients.minus(allow).isEmpty) return 'allow';
    const any = allow.or(audit);
    if (clients.minus(any).isEmpty) return 'audit';
    return clients.and(any).isEmpty ? 'deny' : 'partly';
  });
  const [first = 'deny'] = each;
  return each.every((one) => one === first) ? first : 'partly';
}

/** Merges clients that fare alike everywhere: ServiceAccounts of one namespace; if all of them do, the namespace. */
function mergeAlike(
  atoms: readonly ClientClass[],
  groups: readonly MapPortGroup[],
  namespaces: readonly string[],
): AccessMap {
  const classes: { of: ClientClass; atom: number }[] = [];
  const done = new Set<number>();
  atoms.forEach((atom, index) => {
    if (done.has(index)) return;
    if (atom.kind !== 'accounts') {
      classes.push({ of: atom, atom: index });
      return;
    }
    const same = atoms.flatMap((other, i) => {
      if (other.kind !== 'accounts' || other.namespace !== atom.namespace) return [];
      return groups.every(({ reach }) => reach[i] === reach[index]) ? [i] : [];
    });
    for (const i of same) done.add(i);
    const members = same.flatMap((i) => atoms[i] ?? []);
    const all = atoms.filter(({ kind, namespace }) => kind === 'accounts' && namespace === atom.namespace);
    const isWhole = members.length === all.length;
    const of: ClientClass = {
      kind: isWhole ? 'namespace' : 'accounts',
      label: isWhole ? `namespace ${atom.namespace ?? ''}` : members.map(({ label }) => label).join(', '),
      ...(atom.namespace === undefined ? {} : { namespace: atom.namespace }),
      clients: ClientSet.union([atom, ...members].map(({ clients }) => clients)),
      workloads: members.flatMap(({ workloads }) => workloads),
    };
    classes.push({ of, atom: index });
  });
  return {
    classes: classes.map(({ of }) => of),
    groups: groups.map((group) => ({
      ...group,
      reach: classes.map(({ atom }) => group.reach[atom] ?? 'deny'),
    })),
    namespaces,
  };
}

/** One row of a namespace-by-namespace matrix: how many of a namespace's ports a class of clients reaches. */
export interface MatrixCell {
  readonly reached: number;
  readonly audited: number;
  readonly total: number;
  /** Whether undeclared ports are reached as well. */
  readonly others: boolean;
}

/** Application ports, by class of clients and target namespace. */
export function matrix({ classes, groups, namespaces }: AccessMap): readonly (readonly MatrixCell[])[] {
  return classes.map((_, index) =>
    namespaces.map((namespace) => {
      let [reached, audited, total, others] = [0, 0, 0, false];
      for (const group of groups) {
        if (group.namespace !== namespace) continue;
        const reach = group.reach[index] ?? 'deny';
        for (const { ports } of group.ports) {
          if (ports.origin === 'other' || ports.origin === 'annotation') others ||= reach !== 'deny';
          else if (ports.origin !== 'proxy') {
            total += 1;
            if (reach !== 'deny') reached += 1;
            if (reach === 'audit') audited += 1;
          }
        }
      }
      return { reached, audited, total, others };
    }),
  );
}

/** One workload on the map: what calls it, and what it may call. */
export interface Focus {
  readonly workload: Workload;
  readonly callers: AccessMap;
  readonly callees: readonly { readonly reach: ReachLevel; readonly ports: readonly WorkloadPort[] }[];
}

export function focus(all: AccessMap, id: WorkloadId): Focus | undefined {
  const key = workloadKey(id);
  const groups = all.groups.flatMap((group): MapPortGroup[] => {
    const ports = group.ports.filter(({ workload }) => workloadKey(workload) === key);
    return ports.length === 0 ? [] : [{ ...group, ports }];
  });
  const workload = groups[0]?.ports[0]?.workload;
  if (workload === undefined) return undefined;
  const own = all.classes.findIndex(({ workloads }) => workloads.some((one) => workloadKey(one) === key));
  const callees = (['allow', 'audit', 'partly'] as const).flatMap((reach) => {
    const ports = all.groups
      .filter((group) => group.reach[own] === reach)
      .flatMap((group) => group.ports.filter((port) => port.workload !== workload));
    return ports.length === 0 ? [] : [{ reach, ports }];
  });
  return { workload, callers: { ...all, groups, namespaces: [workload.namespace] }, callees };
}

/** One line per client workload and port; only on request. */
export interface Pair {
  readonly from: Workload;
  readonly to: WorkloadPort;
  readonly reach: ReachLevel;
}

export function pairs({ classes, groups }: AccessMap): Pair[] {
  return classes.flatMap(({ workloads }, index) =>
    workloads.flatMap((from) =>
      groups.flatMap(({ ports, reach }) =>
        ports
          .filter(({ workload }) => workload !== from)
          .map((to) => ({ from, to, reach: reach[index] ?? 'deny' })),
      ),
    ),
  );
}
