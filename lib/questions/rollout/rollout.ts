import type { Cluster } from '../../cluster/cluster';
import { coverage, type SidedCoverage } from '../../cluster/coverage';
import type { Subject } from '../../cluster/relevance';
import { isCreatedPod } from '../../kubernetes/apply';
import { isClusterScoped } from '../../kubernetes/kinds';
import { workloadKey, type Workload } from '../../cluster/workload';
import type { SourceObject } from '../../kubernetes/object';
import { findJails, type Jail } from '../jail';
import { diff, type AccessChange } from '../diff/diff';
import { appliedCluster } from './applied-cluster';
import { auditEdits, editedCluster, enforceEdits, type PolicyEdit } from './audit-edits';
import { declaredProtocols, type DeclaredProtocol } from './declared-protocols';
import { expectedCalls, type CallKind, type ExpectedCall } from './expected-calls';
import { inCallingOrder, unitsOf, type Unit } from './plans';
import { restarts, type Restart, type RestartedWorkload } from './restarts';
import { restored, type Restored } from './restored-objects';
import type { ReachVerdict } from '../can/can';
import { groupBy } from '../../basics/collections';
import type { Observed } from './observation';

export type { RestartedWorkload } from './restarts';

/** A call that the manifests name, and how it fares. */
export interface Flow {
  readonly kind: CallKind;
  readonly from: string;
  readonly caller?: Workload;
  readonly target: Workload;
  readonly port: number;
  readonly why: string;
  /** Unknown without old manifests. */
  readonly today?: ReachVerdict;
  readonly audit: ReachVerdict;
  readonly enforced: ReachVerdict;
  /** What decides once it is enforced, or why it is refused. */
  readonly because: string;
  /** The same in audit mode. */
  readonly auditBecause: string;
}

/** What one namespace needs. */
export interface JailRollout {
  readonly jail: Jail;
  /** Edits for the audit phase, if the new manifests say deny. */
  readonly auditEdits: readonly PolicyEdit[];
  /** Edits that start enforcing, if the new manifests say audit. */
  readonly enforceEdits: readonly PolicyEdit[];
  /** Restarts that bring audit mode to the pods. */
  readonly auditRestarts: readonly RestartedWorkload[];
  /** Restarts that bring deny mode to the pods. */
  readonly enforceRestarts: readonly RestartedWorkload[];
  readonly flows: readonly Flow[];
  /** What the proxies refuse from the first minute on, whatever the mode. */
  readonly protocols: readonly DeclaredProtocol[];
  /** Workloads without a proxy: no restart closes them. */
  readonly unmeshed: readonly Workload[];
  /** Other jails of the plan with callers that have no proxy today, and get one by it. */
  readonly waitsFor: readonly string[];
  /** Whether pods run that were created before: until they are gone, the manifests do not say what is open. */
  readonly hasRunningPods: boolean;
  /** Whether nothing of the namespace is in the old manifests. */
  readonly isNew: boolean;
  /** Whether the old manifests have things of the namespace, but not its Namespace. */
  readonly isNamespaceUnknown: boolean;
}

/** What can be rolled out by itself: a namespace, or several whose manifests stand in the same files. */
export interface RolloutPlan extends Pick<Unit, 'files' | 'others'> {
  readonly jails: readonly JailRollout[];
  /** What takes every object of these files back to today. */
  readonly restored: readonly Restored[];
  /** Who gets in, or no longer gets in, as soon as it is applied in audit mode. */
  readonly atOnce: { readonly opened: readonly AccessChange[]; readonly closed: readonly AccessChange[] };
}

export interface Rollout {
  /** In the order in which to roll them out. */
  readonly plans: readonly RolloutPlan[];
  /** All jails of these plans. */
  readonly jails: readonly JailRollout[];
  /** Whether today's manifests were given. */
  readonly hasOld: boolean;
  /** How many plans there are, with those that were not asked for. */
  readonly total: number;
  /** Namespaces that were asked for and are no jails. */
  readonly noJails: readonly string[];
  /** What logs and metrics of the audit phase say, if they were given. */
  readonly observed?: Observed;
}

/** What a plan rests on: today, and the new manifests applied to it. What they keep of today counts as it is today. */
export function rolloutCoverage(
  old: Cluster | undefined,
  fresh: Cluster,
  subject: Subject = {},
): SidedCoverage {
  if (old === undefined) return { after: coverage(fresh, subject) };
  const applied = appliedCluster(old, fresh);
  const after = coverage(applied, subject);
  const inForce = new Set(applied.objects.map((source) => applied.keyOf(source)));
  const refused = coverage(fresh, subject).notJudged.filter(
    ({ source, cause }) => cause === 'refused' && !inForce.has(applied.keyOf(source)),
  );
  return { before: coverage(old, subject), after: { ...after, notJudged: [...after.notJudged, ...refused] } };
}

/**
 * The step-by-step plans from what runs today to the jails of the new manifests, a namespace at a time.
 *
 * @param asked only the plans of these namespaces; all if empty
 */
export function rollout(old: Cluster | undefined, fresh: Cluster, asked: readonly string[] = []): Rollout {
  const now = old === undefined ? fresh : appliedCluster(old, fresh);
  const touched = new Set(fresh.namespaceNames());
  const jails = findJails(now).filter(({ namespace }) => touched.has(namespace));
  // What is not in the new manifests stays as it is today and is already enforced.
  const ours = new Set(fresh.objects.map(({ origin }) => origin));
  const mine = (edits: readonly PolicyEdit[]): readonly PolicyEdit[] =>
    edits.filter(({ source }) => ours.has(source.origin));
  const edits = { audit: mine(auditEdits(now, jails, old)), enforce: mine(enforceEdits(now, jails)) };
  const states: States = {
    old,
    now,
    audit: editedCluster(now, edits.audit),
    enforced: editedCluster(now, edits.enforce),
    files: new Set(fresh.objects.map(({ origin }) => origin.file)),
  };
  const units = unitsOf(
    fresh,
    jails.map(({ namespace }) => namespace),
  );
  const names = new Set(jails.map(({ namespace }) => namespace));
  const calls = groupBy(expectedCalls(now), ({ target }) => target.namespace);
  const callersOf = (namespace: string): readonly string[] => [
    ...new Set((calls.get(namespace) ?? []).flatMap(({ caller }) => caller?.namespace ?? [])),
  ];
  const ordered = inCallingOrder(
    units,
    ({ namespaces }) => namespaces,
    ({ namespaces }) => namespaces.flatMap(callersOf).filter((name) => names.has(name)),
  );
  const wanted = ordered.filter(
    ({ namespaces }) => asked.length === 0 || namespaces.some((name) => asked.includes(name)),
  );
  const jailOf = new Map(jails.map((jail) => [jail.namespace, jail]));
  const editsIn = (list: readonly PolicyEdit[]): ReadonlyMap<string, readonly PolicyEdit[]> =>
    groupBy(list, ({ source }) => editedNamespace(now, source));
  const [auditIn, enforceIn] = [editsIn(edits.audit), editsIn(edits.enforce)];
  const plans = wanted.map((unit): RolloutPlan => {
    const { namespaces, files, others, sources } = unit;
    const own = namespaces.flatMap((namespace) => {
      const jail = jailOf.get(namespace);
      if (jail === undefined) return [];
      const found = jailRollout(jail, states, calls.get(namespace) ?? [], unit, names);
      const ownEdits = {
        auditEdits: auditIn.get(namespace) ?? [],
        enforceEdits: enforceIn.get(namespace) ?? [],
      };
      return [{ ...found, ...ownEdits }];
    });
    const changes = old === undefined ? undefined : diff(old, states.audit, namespaces);
    const there = (all: readonly AccessChange[] = []): readonly AccessChange[] =>
      all.filter(
        ({ presence, ports }) => presence === 'both' && !ports.every((port) => isOfProxy(states.audit, port)),
      );
    return {
      jails: own,
      others,
      ...(files === undefined ? {} : { files }),
      restored: restored(
        old,
        states.audit,
        sources.filter(({ object }) => object.kind === 'Namespace' || !isClusterScoped(object.kind)),
      ),
      atOnce: { opened: there(changes?.opened), closed: there(changes?.closed) },
    };
  });
  return {
    plans,
    jails: plans.flatMap(({ jails: own }) => own),
    hasOld: old !== undefined,
    total: units.length,
    noJails: asked.filter((name) => !names.has(name)),
  };
}

interface States {
  readonly old: Cluster | undefined;
  readonly now: Cluster;
  readonly audit: Cluster;
  readonly enforced: Cluster;
  /** Of the new manifests. */
  readonly files: ReadonlySet<string>;
}

function jailRollout(
  jail: Jail,
  states: States,
  calls: readonly ExpectedCall[],
  { namespaces }: Unit,
  jails: ReadonlySet<string>,
): Omit<JailRollout, 'auditEdits' | 'enforceEdits'> {
  const { old, now, audit, enforced, files } = states;
  const flows = calls.flatMap((call) => flowOf(call, states));
  const waiting = flows.flatMap(({ caller }) => {
    if (caller === undefined || namespaces.includes(caller.namespace) || !jails.has(caller.namespace))
      return [];
    const isMeshed = now.workload(caller)?.injection.meshed === true;
    return isMeshed && old?.workload(caller)?.injection.meshed === false ? [caller.namespace] : [];
  });
  return {
    jail,
    flows,
    auditRestarts: restarts(old, audit, jail, files),
    enforceRestarts: restarts(audit, enforced, jail, files),
    protocols: declaredProtocols(old, now, jail),
    unmeshed: jail.workloads.filter(({ injection }) => !injection.meshed),
    waitsFor: [...new Set(waiting)].sort(),
    hasRunningPods:
      old?.workloads.some(
        ({ namespace, kind, source }) =>
          namespace === jail.namespace && kind === 'pod' && isCreatedPod(source.object),
      ) === true,
    isNew: old !== undefined && !old.namespaceNames().includes(jail.namespace),
    isNamespaceUnknown: old !== undefined && old.namespaceObject(jail.namespace) === undefined,
  };
}

/** What a proxy brings along, such as its own ports, is no loss where there was none. */
function isOfProxy(cluster: Cluster, { workload, ports }: AccessChange['ports'][number]): boolean {
  const own: readonly number[] = Object.values(cluster.workload(workload)?.pod.proxyPorts ?? {});
  return own.includes(ports.port);
}

function editedNamespace(cluster: Cluster, source: SourceObject): string {
  const { kind, metadata } = source.object;
  return kind === 'Namespace' ? metadata.name : cluster.namespaceOf(source);
}

/** How a call into a jail fares today, in audit mode, and once the jail is enforced. */
function flowOf({ fateIn, target, ...call }: ExpectedCall, { old, audit, enforced }: States): Flow[] {
  const workload = enforced.workload(target);
  const [watched, closed] = [fateIn(audit), fateIn(enforced)];
  if (workload === undefined || watched === undefined || closed === undefined) return [];
  const before = old === undefined ? undefined : fateIn(old);
  return [
    {
      ...call,
      target: workload,
      ...(before === undefined ? {} : { today: before.verdict }),
      audit: watched.verdict,
      enforced: closed.verdict,
      because: closed.because,
      auditBecause: watched.because,
    },
  ];
}

/** Calls that will not surely get in. */
export function lostFlows(flows: readonly Flow[]): readonly Flow[] {
  return flows.filter(({ enforced }) => enforced !== 'allow');
}

/** Calls that audit mode refuses, though they work today as far as is known. */
export function refusedByAudit(flows: readonly Flow[]): readonly Flow[] {
  return flows.filter(
    ({ audit, today }) =>
      ['deny', 'not-found', 'partly'].includes(audit) && today !== audit && today !== 'deny',
  );
}

const RESTARTING: readonly Restart[] = ['rollout', 'by-apply', 'delete-pods', 'owner-makes', 'recreate'];

/** All workloads that a plan restarts, by a name each. */
export function restartedNames(jails: readonly JailRollout[]): readonly string[] {
  const restarted = jails.flatMap(({ auditRestarts, enforceRestarts }) => [
    ...auditRestarts,
    ...enforceRestarts,
  ]);
  return [
    ...new Set(
      restarted.filter(({ how }) => RESTARTING.includes(how)).map(({ workload }) => workloadKey(workload)),
    ),
  ];
}
