import type { Cluster } from '../../cluster/cluster';
import type { PortClass } from '../../cluster/port-classes';
import { workloadKey, type Workload, type WorkloadId } from '../../cluster/workload';
import type { Access } from '../../verdict/access';
import { distinctTraffic, isProbe, type TrafficRef } from '../../verdict/traffic-ref';
import type { ClientSet } from '../../sets/client-set';
import { breadth, BREADTHS, type Breadth } from '../../sets/client-groups';
import {
  commonPorts,
  comparedTraffic,
  verdictChanges,
  type ComparedTraffic,
  type AccessLevel,
  type ComparedWorkload,
} from './compared-ports';
import { ObjectChanges, type ObjectChange } from './object-changes';
import { isProxyInboundPort } from '../../verdict/built-in-openings';
import { exampleClient, exampleIdentities, type Witness } from '../../verdict/witness';

export type { AccessLevel as Gate } from './compared-ports';

/** A port of a workload, or several that neither side tells apart. */
export interface ComparedPort {
  readonly workload: WorkloadId;
  readonly ports: PortClass;
  readonly traffic: readonly TrafficRef[];
  /** Whether that is everything that the port takes. */
  readonly isAll: boolean;
}

/** Clients whose verdict is another one now, in the same way on all these ports and for the same reason. */
export interface AccessChange {
  readonly before: AccessLevel;
  readonly after: AccessLevel;
  readonly clients: ClientSet;
  readonly breadth: Breadth;
  readonly ports: readonly ComparedPort[];
  readonly causes: readonly ObjectChange[];
  /** Confirmed on both sides; absent where no request that takes the route is known. */
  readonly witness?: Witness;
  /** Whether the workloads are on one side only. */
  readonly presence: 'both' | 'old' | 'new';
}

/** The same clients, let in by something else. */
export interface AuthorizationChange {
  readonly before: string;
  readonly after: string;
  readonly ports: readonly ComparedPort[];
  readonly causes: readonly ObjectChange[];
}

export interface WorkloadChange {
  readonly workload: WorkloadId;
  readonly change: 'appears' | 'vanishes' | 'identity' | 'mesh';
  readonly before?: string;
  readonly after?: string;
}

export interface Diff {
  /** Who gets in now and did not, the most dangerous first. */
  readonly opened: readonly AccessChange[];
  /** Who got in and gets in, but audited instead of allowed or the other way round. */
  readonly audited: readonly AccessChange[];
  readonly closed: readonly AccessChange[];
  readonly deciders: readonly AuthorizationChange[];
  readonly workloads: readonly WorkloadChange[];
}

/** What is different between two clusters for anybody who calls their workloads. */
export function diff(before: Cluster, after: Cluster): Diff {
  return new Comparison(before, after).diff();
}

export function isEmpty({ opened, audited, closed, deciders, workloads }: Diff): boolean {
  return [opened, audited, closed, deciders, workloads].every((list) => list.length === 0);
}

interface Collected<T> {
  readonly of: T;
  /** With the number of samples of traffic that each stands for. */
  readonly ports: Map<string, { readonly port: ComparedPort; readonly samples: number }>;
}

/** Compares port by port, and puts together what is the same sentence. */
class Comparison {
  private readonly objects: ObjectChanges;
  private readonly changes = new Map<string, Collected<Omit<AccessChange, 'ports'>>>();
  private readonly deciders = new Map<string, Collected<Omit<AuthorizationChange, 'ports'>>>();
  private readonly workloads: WorkloadChange[] = [];
  private readonly identities = new Map<string, readonly string[]>();

  public constructor(
    private readonly before: Cluster,
    private readonly after: Cluster,
  ) {
    this.objects = new ObjectChanges(before, after);
  }

  public diff(): Diff {
    const own = (cluster: Cluster): Workload[] =>
      cluster.workloads.filter(({ isControlled }) => !isControlled);
    const ids = new Map([...own(this.before), ...own(this.after)].map((one) => [workloadKey(one), one]));
    for (const [, id] of [...ids].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const [old, now] = [this.before.workload(id), this.after.workload(id)];
      this.compareWorkload(id, old, now);
      this.comparePorts(id, { cluster: this.before, workload: old }, { cluster: this.after, workload: now });
    }
    const changes = [...this.changes.values()].map(({ of, ports }) => ({
      ...of,
      ports: listed(ports),
    }));
    changes.sort(byDanger);
    return {
      opened: changes.filter(({ before }) => before === 'deny'),
      audited: changes.filter((change) => change.before !== 'deny' && change.after !== 'deny'),
      closed: changes.filter(({ after }) => after === 'deny'),
      deciders: [...this.deciders.values()].map(({ of, ports }) => ({ ...of, ports: listed(ports) })),
      workloads: this.workloads,
    };
  }

  private compareWorkload(workload: WorkloadId, old: Workload | undefined, now: Workload | undefined): void {
    const { namespace, kind, name } = workload;
    const id = { namespace, kind, name };
    if (old === undefined || now === undefined) {
      this.workloads.push({ workload: id, change: old === undefined ? 'appears' : 'vanishes' });
    } else if (old.injection.meshed !== now.injection.meshed) {
      const [before, after] = [old.injection.reason, now.injection.reason];
      this.workloads.push({ workload: id, change: 'mesh', before, after });
    } else if (old.identity !== now.identity) {
      const [before = 'none', after = 'none'] = [old.identity, now.identity];
      this.workloads.push({ workload: id, change: 'identity', before, after });
    }
  }

  private comparePorts(workload: WorkloadId, before: ComparedWorkload, after: ComparedWorkload): void {
    for (const ports of commonPorts(before, after)) {
      const isOfProxy = [before, after].every(
        (side) => side.workload === undefined || isProxyInboundPort(side.cluster, side.workload, ports.port),
      );
      if (isOfProxy) continue;
      const compared = comparedTraffic(before, after, ports);
      const open = compared.filter(
        (one) => !isOfProbes(one.refs) && !(isShut(one.before) && isShut(one.after)),
      );
      for (const traffic of compared)
        this.compareTraffic(workload, ports, before, after, traffic, open.length);
    }
  }

  private compareTraffic(
    { namespace, kind, name }: WorkloadId,
    ports: PortClass,
    before: ComparedWorkload,
    after: ComparedWorkload,
    traffic: ComparedTraffic,
    classes: number,
  ): void {
    const workload = { namespace, kind, name };
    const found = verdictChanges(traffic.before, traffic.after);
    const isBoth = before.workload !== undefined && after.workload !== undefined;
    if (found.length === 0 && !isBoth) return;
    const [was, is] = [deciderOf(traffic.before), deciderOf(traffic.after)];
    if (found.length === 0 && was === is) return;
    const causes = this.objects.causes(before.workload, after.workload, ports.port);
    const why = causes.map(({ key }) => key).join('|');
    const port: ComparedPort = { workload, ports, traffic: traffic.refs, isAll: classes === 1 };
    if (found.length === 0) {
      const of = { before: was, after: is, causes };
      addPort(this.deciders, `${was} > ${is} ${why}`, of, port, classes);
      return;
    }
    const presence = isBoth ? 'both' : before.workload === undefined ? 'new' : 'old';
    for (const { before: from, after: to, clients } of found) {
      const witness = traffic.verified
        ? this.witness(clients, { ...workload, port: ports.port }, traffic)
        : undefined;
      const of = { before: from, after: to, clients, causes, presence, breadth: breadth(clients) } as const;
      const key = `${from} ${to} ${clients.key} ${presence} ${traffic.verified} ${why}`;
      addPort(this.changes, key, { ...of, ...(witness === undefined ? {} : { witness }) }, port, classes);
    }
  }

  private witness(
    clients: ClientSet,
    target: Witness['target'],
    { traffic }: ComparedTraffic,
  ): Witness | undefined {
    const known = this.identities.get(target.namespace);
    const identities = known ?? exampleIdentities([this.before, this.after], target.namespace);
    this.identities.set(target.namespace, identities);
    const client = exampleClient(clients, identities);
    return client === undefined ? undefined : { client, target, traffic };
  }
}

/** Probes are let in by Linkerd itself: they are no part of "all traffic" either. */
function isOfProbes(refs: readonly TrafficRef[]): boolean {
  return refs.length > 0 && refs.every(isProbe);
}

/** Traffic that nobody may send is no part of "all traffic". */
function isShut(access: Access | undefined): boolean {
  return access === undefined || (access.allow.isEmpty && access.audit.isEmpty);
}

/** What lets clients in, by name; loopback is everywhere and says nothing. */
function deciderOf(access: Access | undefined): string {
  if (access === undefined) return '';
  const names = access.grants.flatMap(({ name, authorization }) =>
    authorization === undefined || authorization.ref.kind === 'localhost' ? [] : [name],
  );
  const by = [...new Set(names)].sort().join(', ');
  return [access.server ?? access.reason, ...(by === '' ? [] : [by])].join(': ');
}

/** Traffic of one port is put together. */
function addPort<T>(
  all: Map<string, Collected<T>>,
  key: string,
  of: T,
  port: ComparedPort,
  classes: number,
): void {
  const known = all.get(key) ?? { of, ports: new Map() };
  all.set(key, known);
  const portKey = `${workloadKey(port.workload)} ${JSON.stringify(port.ports.ranges)}`;
  const same = known.ports.get(portKey);
  const samples = (same?.samples ?? 0) + (isOfProbes(port.traffic) ? 0 : 1);
  const traffic = distinctTraffic([...(same?.port.traffic ?? []), ...port.traffic]);
  known.ports.set(portKey, { port: { ...port, traffic, isAll: samples === classes }, samples });
}

function listed(ports: Collected<unknown>['ports']): ComparedPort[] {
  return [...ports.values()].map(({ port }) => port);
}

function byDanger(a: AccessChange, b: AccessChange): number {
  return rank(a) - rank(b);
}

/** The widest first; allowed before audited. */
function rank({ breadth: width, before, after }: AccessChange): number {
  const audited = before === 'audit' || after === 'audit' ? 1 : 0;
  return BREADTHS.indexOf(width) * 2 + audited;
}
