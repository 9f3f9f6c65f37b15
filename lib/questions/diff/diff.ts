import type { Cluster } from '../../cluster/cluster';
import type { PortClass } from '../../cluster/port-classes';
import type { Condition } from '../../cluster/unknown';
import { workloadKey, type Workload, type WorkloadId } from '../../cluster/workload';
import type { Access } from '../../verdict/access-sets';
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
import { isProbeTraffic, WorkloadPorts, type WorkloadPort } from '../workload-ports';
import { ObjectChanges, type ObjectChange } from './object-changes';
import { boundWords } from '../../verdict/condition-words';
import { decide } from '../../verdict/decide';
import { type Verdict } from '../../verdict/decision';
import { isProxyInboundPort } from '../../verdict/built-in-openings';
import { exampleClient, exampleIdentities, witnessIn, type Witness } from '../../verdict/witness';
import { compareText, memoized } from '../../basics/collections';

/** A port of a workload, or several that both sides treat alike. */
export type ComparedPort = WorkloadPort<WorkloadId>;

/** How a client fares; `not-found` is a denial by 404, because no route takes the requests. */
export type ClientFate = AccessLevel | 'not-found';

/** Whether a client is surely kept out. */
function isOut(fate: ClientFate): boolean {
  return fate === 'deny' || fate === 'not-found';
}

/** How far a client gets: out, perhaps in, in. */
function degree(fate: ClientFate): number {
  if (isOut(fate)) return 0;
  return fate === 'depends' ? 1 : 2;
}

/** Whether a change lets clients in who were out, or may have been. */
export function opens({ before, after }: Pick<AccessChange, 'before' | 'after'>): boolean {
  return degree(before) < degree(after);
}

/** Whether a change keeps clients out who were in, or may have been; or it may do so. */
export function closes({ before, after }: Pick<AccessChange, 'before' | 'after'>): boolean {
  return degree(before) > degree(after);
}

/** A witness and what it gets on each side, `not-found` where its target is not there. */
export interface TriedWitness extends Witness {
  readonly verdicts: { readonly before: Verdict; readonly after: Verdict };
}

/** Clients whose verdict changed, in the same way on all these ports and for the same reason. */
export interface AccessChange {
  readonly before: ClientFate;
  readonly after: ClientFate;
  readonly clients: ClientSet;
  readonly breadth: Breadth;
  readonly ports: readonly ComparedPort[];
  readonly causes: readonly ObjectChange[];
  /** With `depends` before or after: if what they get in. */
  readonly conditions: readonly string[];
  /** Why the conditions are only a bound. @default they are exact */
  readonly bound?: string;
  /** Whether there are such requests; if not, it may be that there are. */
  readonly certain: boolean;
  /** Confirmed on both sides; absent where it is not certain. */
  readonly witness?: TriedWitness;
  /** Whether the workloads are on only one side. */
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
  /** Who gets in now and did not before, the most dangerous first. */
  readonly opened: readonly AccessChange[];
  /** Who still gets in, but audited instead of allowed, or the other way round. */
  readonly audited: readonly AccessChange[];
  readonly closed: readonly AccessChange[];
  readonly deciders: readonly AuthorizationChange[];
  readonly workloads: readonly WorkloadChange[];
}

/**
 * What differs between two clusters for anyone who calls their workloads.
 *
 * @param namespaces only workloads there; all if empty
 */
export function diff(before: Cluster, after: Cluster, namespaces: readonly string[] = []): Diff {
  return new Comparison(before, after, namespaces).diff();
}

export function isEmpty({ opened, audited, closed, deciders, workloads }: Diff): boolean {
  return [opened, audited, closed, deciders, workloads].every((list) => list.length === 0);
}

interface Collected<T> {
  readonly of: T;
  readonly ports: WorkloadPorts<WorkloadId>;
}

/** Compares port by port and merges changes that make the same sentence. */
class Comparison {
  private readonly objects: ObjectChanges;
  private readonly changes = new Map<string, Collected<Omit<AccessChange, 'ports'>>>();
  private readonly deciders = new Map<string, Collected<Omit<AuthorizationChange, 'ports'>>>();
  private readonly workloads: WorkloadChange[] = [];
  private readonly identities: (outside: string) => readonly string[];

  public constructor(
    private readonly before: Cluster,
    private readonly after: Cluster,
    private readonly namespaces: readonly string[],
  ) {
    this.objects = new ObjectChanges(before, after);
    const examples = exampleIdentities([before, after]);
    const known = new Map<string, readonly string[]>();
    this.identities = (namespace) => memoized(known, namespace, examples);
  }

  public diff(): Diff {
    const own = (cluster: Cluster): Workload[] =>
      cluster.workloads.filter(
        ({ isMadeByInput, namespace }) =>
          !isMadeByInput && (this.namespaces.length === 0 || this.namespaces.includes(namespace)),
      );
    const ids = new Map([...own(this.before), ...own(this.after)].map((one) => [workloadKey(one), one]));
    for (const [, id] of [...ids].sort(([a], [b]) => compareText(a, b))) {
      const [old, now] = [this.before.workload(id), this.after.workload(id)];
      this.compareWorkload(id, old, now);
      this.comparePorts(id, { cluster: this.before, workload: old }, { cluster: this.after, workload: now });
    }
    const changes = [...this.changes.values()].map(({ of, ports }) => ({ ...of, ports: ports.list() }));
    changes.sort(byDanger);
    return {
      opened: changes.filter(opens),
      audited: changes.filter((change) => !opens(change) && !closes(change)),
      closed: changes.filter(closes),
      deciders: [...this.deciders.values()].map(({ of, ports }) => ({ ...of, ports: ports.list() })),
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
        (one) => !isProbeTraffic(one.refs) && !(isShut(one.before) && isShut(one.after)),
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
    const port = { workload, ports, traffic: traffic.refs };
    if (found.length === 0) {
      const of = { before: was, after: is, causes };
      const key = `${was} > ${is} ${why}`;
      memoized(this.deciders, key, () => collected(of)).ports.add(port, traffic, classes);
      return;
    }
    const presence = isBoth ? 'both' : before.workload === undefined ? 'new' : 'old';
    for (const { before: old, after: now, clients } of found) {
      const witness = traffic.verified
        ? this.witness(clients, { ...workload, port: ports.port }, traffic)
        : undefined;
      const from = fateOf(old, before, witness?.verdicts.before, traffic.taken[0]);
      const to = fateOf(now, after, witness?.verdicts.after, traffic.taken[1]);
      const sides = [
        old === 'depends' ? traffic.before : undefined,
        now === 'depends' ? traffic.after : undefined,
      ];
      const bound = traffic.bound ?? boundWords(whensOf(sides, clients));
      const of = {
        before: from,
        after: to,
        clients,
        causes,
        presence,
        breadth: breadth(clients),
        certain: traffic.verified,
        conditions: conditionsOf(sides, clients),
        ...(bound === undefined ? {} : { bound }),
      } as const;
      const key = `${from} ${to} ${clients.key} ${presence} ${traffic.verified} ${why}`;
      const change = { ...of, ...(witness === undefined ? {} : { witness }) };
      memoized(this.changes, key, () => collected(change)).ports.add(port, traffic, classes);
    }
  }

  private witness(
    clients: ClientSet,
    target: Witness['target'],
    { traffic }: ComparedTraffic,
  ): TriedWitness | undefined {
    const client = exampleClient(clients, this.identities(target.namespace));
    if (client === undefined) return undefined;
    const witness = witnessIn([this.before, this.after], { client, target, traffic });
    const [before, after] = [this.before, this.after].map(
      (cluster) => decide(cluster, target, client, traffic).verdict,
    ) as [Verdict, Verdict];
    return { ...witness, verdicts: { before, after } };
  }
}

/** A refusal is a denial or a 404: as the witness fares, if there is one. Where it is either, that is a denial too. */
function fateOf(
  level: AccessLevel,
  { workload }: ComparedWorkload,
  tried: Verdict | undefined,
  isTaken: boolean,
): ClientFate {
  if (level !== 'deny' || workload === undefined) return level;
  if (tried === undefined) return isTaken ? 'deny' : 'not-found';
  return tried === 'not-found' ? 'not-found' : 'deny';
}

/** What lets some clients in if it is the case, as a sentence for each way. */
function conditionsOf(sides: readonly (Access | undefined)[], clients: ClientSet): readonly string[] {
  const each = whensOf(sides, clients).flatMap(({ when }) =>
    when.length === 0 ? [] : [when.map(({ text }) => text).join(' and ')],
  );
  return [...new Set(each)].sort();
}

function whensOf(
  sides: readonly (Access | undefined)[],
  clients: ClientSet,
): readonly { readonly when: readonly Condition[] }[] {
  const grants = sides.flatMap((access) => access?.grants ?? []);
  const met = grants.filter((grant) => !grant.clients.and(clients).isEmpty);
  return met.map(({ when = [] }) => ({ when }));
}

/** Traffic that nobody may send is no part of "all traffic". */
function isShut(access: Access | undefined): boolean {
  return (
    access === undefined || [access.allow, access.audit, access.possibly].every(({ isEmpty }) => isEmpty)
  );
}

/**
 * What lets clients in, by name, and if what; loopback is left out because every port has it. Where only the condition
 * changes, the same clients may get in as before, and yet more may open than is seen from them.
 */
function deciderOf(access: Access | undefined): string {
  if (access === undefined) return '';
  const names = access.grants.flatMap(({ name, authorization, when }) => {
    if (authorization === undefined || authorization.ref.kind === 'localhost') return [];
    return when === undefined ? [name] : [`${name} if ${when.map(({ text }) => text).join(' and ')}`];
  });
  const by = [...new Set(names)].sort().join(', ');
  return [access.server ?? access.reason, ...(by === '' ? [] : [by])].join(': ');
}

function collected<T>(of: T): Collected<T> {
  return { of, ports: new WorkloadPorts() };
}

function byDanger(a: AccessChange, b: AccessChange): number {
  return rank(a) - rank(b);
}

/** Widest first; allowed before audited. */
function rank({ breadth: width, before, after }: AccessChange): number {
  const audited = before === 'audit' || after === 'audit' ? 1 : 0;
  return BREADTHS.indexOf(width) * 2 + audited;
}
