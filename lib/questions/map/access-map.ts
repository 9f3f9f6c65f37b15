import type { Cluster } from '../../cluster/cluster';
import { isControlPortInUse } from '../../cluster/control-port';
import { portClasses, type PortClass } from '../../cluster/port-classes';
import type { Route } from '../../cluster/route';
import { workloadKey, type Workload, type WorkloadId } from '../../cluster/workload';
import { routeSets, trafficClasses } from '../../verdict/access';
import { type Access } from '../../verdict/access-sets';
import { isProbe } from '../../verdict/traffic-ref';
import { unroutableRequest } from '../../verdict/witness-request';
import type { WorkloadPort } from '../workload-ports';
import { smallestClientClasses, type ClientAtom, type ClientClass } from './client-classes';
import { ClientNames, clientPlaces } from './named-clients';
import { reachOf, type ReachLevel, type Reaching } from './reach';
import { isProxyInboundPort, builtInOpening, withoutBuiltIn } from '../../verdict/built-in-openings';
import { ClientSet } from '../../sets/client-set';
import { firstOf } from '../../basics/words';
import { compareText, groupBy, memoized, oncePer } from '../../basics/collections';

export type { ClientClass } from './client-classes';
export type { ReachLevel } from './reach';

export interface MapPort extends WorkloadPort {
  /** Whether an application is known to listen there. */
  readonly isOfApplication: boolean;
  /** Whether some requests are answered with 404, because no route takes them. */
  readonly hasRest: boolean;
}

/** Ports of one namespace that let the same clients in. */
export interface MapPortGroup {
  readonly namespace: string;
  readonly ports: readonly MapPort[];
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

/**
 * Maps the workloads of a cluster, leaving out what Linkerd opens by itself on every pod (probe paths, tap).
 *
 * @param wanted the namespaces to map; all of them by default
 */
export function accessMap(cluster: Cluster, wanted?: readonly string[]): AccessMap {
  const workloads = cluster.workloads.filter(
    ({ isMadeByInput, namespace }) => !isMadeByInput && (wanted?.includes(namespace) ?? true),
  );
  const targets = workloads.flatMap((workload) =>
    portClasses(cluster, workload)
      .filter((ports) => !isOfProxy(cluster, workload, ports))
      .map((ports) => ({
        workload,
        ports,
        accesses: accessesOf(cluster, workload, ports),
        rest: restOf(cluster, workload, ports.port),
      })),
  );
  const places = clientPlaces(cluster);
  const names = new ClientNames(places);
  const named = names.namedIn(new Set(targets.flatMap(({ accesses }) => accesses)));
  const atoms = smallestClientClasses(cluster, named, places);
  const wholes = namespaceSets(atoms);
  const isListening = listeners(cluster, workloads);
  const groups = new Map<string, { namespace: string; ports: MapPort[]; reach: readonly ReachLevel[] }>();
  const known = new Map<string, readonly ReachLevel[]>();
  for (const { workload, ports, accesses: taken, rest } of targets) {
    const accesses = [...taken, ...rest];
    const elsewhere = accesses.map((access) => names.elsewhere(access));
    const key = [...accesses, ...elsewhere]
      .map(({ allow, audit, possibly }) => `${allow.key}/${audit.key}/${possibly.key}`)
      .join('\n');
    const reach = memoized(known, key, () => reachOfAll(atoms, wholes, accesses, elsewhere));
    const { namespace } = workload;
    const group = memoized(groups, `${namespace} ${reach.join()}`, () => ({ namespace, ports: [], reach }));
    const isOfApplication = isListening(workload, ports);
    group.ports.push({
      workload,
      ports,
      traffic: [],
      isAll: true,
      isOfApplication,
      hasRest: rest.length > 0,
    });
  }
  const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))].sort();
  return mergeAlike(
    atoms,
    [...groups.values()].sort((a, b) => compareText(a.namespace, b.namespace)),
    namespaces,
  );
}

/**
 * Whether an application is known to listen on a port: it declares it or is probed there. A Server that selects pods which
 * declare its port often selects others as well; where no pod declares it, all of them may listen.
 */
function listeners(
  cluster: Cluster,
  workloads: readonly Workload[],
): (workload: Workload, ports: PortClass) => boolean {
  const owner = (workload: Workload, port: number): unknown =>
    cluster.portOwnership(workload).owners.get(port);
  const declared = new Map<unknown, Set<number>>();
  for (const workload of workloads) {
    for (const { number } of workload.pod.ports)
      memoized(declared, owner(workload, number), () => new Set<number>()).add(number);
  }
  return (workload, { origin, port }) => {
    if (origin === 'server') return declared.get(owner(workload, port))?.has(port) !== true;
    return origin === 'declared' || origin === 'probe';
  };
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

/** Who gets into a port, by its traffic apart from probes, besides whom Linkerd lets in by itself. */
export function accessesOf(cluster: Cluster, workload: Workload, ports: PortClass): readonly Access[] {
  const all = trafficClasses(cluster, workload, ports.port).filter(({ ref }) => !isProbe(ref));
  return all.map(({ access: one }) => withoutBuiltIn(workload, ports, one));
}

/** Who gets in with requests that no route takes, where there are such requests: nobody, if that is so for sure. */
function restOf(cluster: Cluster, workload: Workload, port: number): readonly Access[] {
  const classes = trafficClasses(cluster, workload, port);
  const [first] = classes;
  if (first === undefined || !classes.some(({ ref }) => ref.kind === 'object')) return [];
  const sets = routeSets(cluster, workload, port);
  const withRest = sets.filter(leavesRest);
  if (withRest.length === 0) return [];
  const others = classes.flatMap(({ access: { allow, audit, possibly } }) => [allow, audit, possibly]);
  const possibly = withRest.length === sets.length ? ClientSet.NONE : ClientSet.union(others);
  return [{ reason: 'no-route', allow: ClientSet.NONE, audit: ClientSet.NONE, possibly, grants: [] }];
}

/** Whether some requests are answered with 404. Ports of one policy have one list of routes. */
const leavesRest = oncePer(
  (routes: readonly Route[]) =>
    routes.some(({ source }) => source !== undefined) && unroutableRequest({ routes }) !== undefined,
);

/** All atoms of each namespace together. */
function namespaceSets(atoms: readonly ClientAtom[]): ReadonlyMap<string, Reaching> {
  const accounts = atoms.filter(({ kind }) => kind === 'accounts');
  const members = groupBy(accounts, ({ namespace = '' }) => namespace);
  return new Map(
    [...members].map(([name, own]) => {
      return [name, { clients: ClientSet.union(own.map(({ clients }) => clients)) }];
    }),
  );
}

/**
 * Most namespaces fare alike as a whole: their ServiceAccounts are judged one by one only if they do not. Only a network's
 * own row counts whom a port lets in by the address alone.
 */
function reachOfAll(
  atoms: readonly ClientAtom[],
  wholes: ReadonlyMap<string, Reaching>,
  accesses: readonly Access[],
  elsewhere: readonly Access[],
): readonly ReachLevel[] {
  const fates = new Map<string, ReachLevel>();
  for (const [namespace, clients] of wholes) fates.set(namespace, reachOf(clients, elsewhere));
  return atoms.map((atom) => {
    const whole = atom.kind === 'accounts' ? fates.get(atom.namespace ?? '') : undefined;
    if (whole === 'allow' || whole === 'deny') return whole;
    return reachOf(atom, atom.kind === 'network' ? accesses : elsewhere);
  });
}

/** Merges clients that fare alike everywhere: ServiceAccounts of one namespace, or identities of none. */
function mergeAlike(
  atoms: readonly ClientAtom[],
  groups: readonly MapPortGroup[],
  namespaces: readonly string[],
): AccessMap {
  const indexed = atoms.map((atom, index) => ({ atom, index }));
  const sizes = groupBy(atoms, kinship);
  const classes = [
    ...groupBy(indexed, ({ atom, index }) => {
      const family = kinship(atom);
      return family === undefined ? index : `${family} ${groups.map(({ reach }) => reach[index]).join()}`;
    }).values(),
  ].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const all = members.map(({ atom }) => atom);
    const isWhole = all.some(({ isRest }) => isRest) && all.length === sizes.get(kinship(first.atom))?.length;
    return [{ of: merged(all, first.atom, isWhole), index: first.index }];
  });
  return {
    classes: classes.map(({ of }) => of),
    groups: groups.map((group) => ({
      ...group,
      reach: classes.map(({ index }) => group.reach[index] ?? 'deny'),
    })),
    namespaces,
  };
}

/** Atoms of one kinship share a row if they fare alike. */
function kinship({ kind, namespace = '' }: ClientAtom): string | undefined {
  return kind === 'accounts' || kind === 'identity' ? `${kind} ${namespace}` : undefined;
}

function merged(all: readonly ClientAtom[], first: ClientAtom, isWhole: boolean): ClientClass {
  const { kind, namespace } = first;
  return {
    kind: isWhole ? 'namespace' : kind,
    label: isWhole ? `namespace ${namespace ?? ''}` : firstOf(all.map(({ label }) => label)),
    ...(namespace === undefined ? {} : { namespace }),
    clients: ClientSet.union(all.map(({ clients }) => clients)),
    workloads: all.flatMap(({ workloads }) => workloads),
  };
}

/** One row of a namespace-by-namespace matrix: how many of a namespace's ports a class of clients reaches. */
export interface MatrixCell {
  readonly reached: number;
  readonly audited: number;
  /** How many of those reached take some requests only. */
  readonly partly: number;
  /** How many of those reached depend on something that the input does not say. */
  readonly possibly: number;
  readonly total: number;
  /** Whether undeclared ports are reached as well, and whether all of that depends on such a thing. */
  readonly others: boolean;
  readonly othersPossibly: boolean;
}

/** Application ports, by class of clients and target namespace. */
export function matrix({ classes, groups, namespaces }: AccessMap): readonly (readonly MatrixCell[])[] {
  const groupsOf = groupBy(groups, ({ namespace }) => namespace);
  return classes.map((_, index) =>
    namespaces.map((namespace) => {
      let [reached, audited, partly, possibly, total] = [0, 0, 0, 0, 0];
      const others = new Set<ReachLevel>();
      for (const group of groupsOf.get(namespace) ?? []) {
        const reach = group.reach[index] ?? 'deny';
        for (const { ports, isOfApplication, hasRest } of group.ports) {
          if (ports.origin === 'proxy') continue;
          if (!isOfApplication) others.add(reach);
          else {
            total += 1;
            if (reach !== 'deny') reached += 1;
            if (reach === 'audit') audited += 1;
            if (reach !== 'deny' && hasRest) partly += 1;
            if (reach === 'depends') possibly += 1;
          }
        }
      }
      others.delete('deny');
      const othersPossibly = others.size === 1 && others.has('depends');
      return { reached, audited, partly, possibly, total, others: others.size > 0, othersPossibly };
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
  const callees = (['allow', 'audit', 'partly', 'depends'] as const).flatMap((reach) => {
    const ports = all.groups
      .filter((group) => group.reach[own] === reach)
      .flatMap((group) => group.ports.filter((port) => port.workload !== workload));
    return ports.length === 0 ? [] : [{ reach, ports }];
  });
  return { workload, callers: { ...all, groups, namespaces: [workload.namespace] }, callees };
}
