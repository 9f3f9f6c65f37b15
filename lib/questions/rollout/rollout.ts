import { asTextMap } from '../../kubernetes/fields';
import type { Cluster } from '../../cluster/cluster';
import { coverage, type SidedCoverage } from '../../cluster/coverage';
import { templateOf, type Workload } from '../../cluster/workload';
import type { SourceObject } from '../../kubernetes/object';
import { configuredCalls, type ConfiguredCall } from '../../traffic/configured-calls';
import { findJails, type Jail } from '../jail';
import { canReach, type ReachVerdict } from '../can/can';
import { appliedCluster } from './applied-cluster';
import { editedCluster, modeEdits, type PolicyEdit } from './audit-edits';
import { groupOf } from '../../kubernetes/references';
import { namespaceDefault } from '../../cluster/inventory';
import { groupBy } from '../../basics/collections';
import type { Observed } from './observation';
import { isPolicyGroup } from '../../kubernetes/kinds';

/** What a workload needs so that its pods get their new annotations, which are read when a pod is created. */
export type Restart =
  /** `kubectl rollout restart`. */
  | 'rollout'
  /** Its pod template changes, so applying it restarts it anyway. */
  | 'by-apply'
  /** Its pods must be deleted and are then recreated. */
  | 'delete-pods'
  /** The pod must be deleted and applied again. */
  | 'recreate'
  /** The next run gets them. */
  | 'next-run';

export interface RestartedWorkload {
  readonly workload: Workload;
  readonly how: Restart;
  /** The default inbound policy of its pods before and after; `undefined` if unknown or if there is no proxy. */
  readonly before?: string;
  readonly after?: string;
}

/** A call that the manifests name. */
export interface Flow {
  readonly call: ConfiguredCall;
  readonly target: Workload;
  readonly port: number;
  /** Unknown without old manifests. */
  readonly today?: ReachVerdict;
  readonly audit: ReachVerdict;
  readonly enforced: ReachVerdict;
  /** What decides, or why it is refused. */
  readonly because: string;
}

/** The plan for one jail. */
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
  /** Policy objects that do not exist today: going back deletes them. */
  readonly added: readonly SourceObject[];
  /** Policy objects that differ today. */
  readonly changed: readonly SourceObject[];
  /** The default inbound policy set on the Namespace today. */
  readonly before?: string;
  readonly flows: readonly Flow[];
  /** Workloads without a proxy: no restart closes them. */
  readonly unmeshed: readonly Workload[];
}

export interface Rollout {
  readonly jails: readonly JailRollout[];
  /** Whether today's manifests were given. */
  readonly hasOld: boolean;
  /** What logs and metrics of the audit phase say, if they were given. */
  readonly observed?: Observed;
}

/** What a plan rests on: today, and the new manifests applied to it. What they keep of today counts as it is today. */
export function rolloutCoverage(old: Cluster | undefined, fresh: Cluster): SidedCoverage {
  if (old === undefined) return { after: coverage(fresh) };
  const applied = appliedCluster(old, fresh);
  const after = coverage(applied);
  const inForce = new Set(applied.objects.map((source) => applied.keyOf(source)));
  const refused = coverage(fresh).notJudged.filter(
    ({ source, cause }) => cause === 'refused' && !inForce.has(applied.keyOf(source)),
  );
  return { before: coverage(old), after: { ...after, notJudged: [...after.notJudged, ...refused] } };
}

/** The step-by-step plan from what runs today to the jails of the new manifests. */
export function rollout(old: Cluster | undefined, fresh: Cluster): Rollout {
  const now = old === undefined ? fresh : appliedCluster(old, fresh);
  const touched = new Set(fresh.namespaceNames());
  const jails = findJails(now).filter(({ namespace }) => touched.has(namespace));
  // What is not in the new manifests stays as it is today and is already enforced.
  const ours = new Set(fresh.objects.map(({ origin }) => origin));
  const mine = (edits: readonly PolicyEdit[]): readonly PolicyEdit[] =>
    edits.filter(({ source }) => ours.has(source.origin));
  const auditEdits = mine(modeEdits(now, jails, 'deny', 'audit'));
  const enforceEdits = mine(modeEdits(now, jails, 'audit', 'deny'));
  const audit = editedCluster(now, auditEdits);
  const enforced = editedCluster(now, enforceEdits);
  const calls = groupBy(callsOf(old ?? now).flatMap(directed), ({ backend }) => backend.workload.namespace);
  const policies = policyObjects(fresh);
  const today = new Map(old?.objects.map((source) => [old.keyOf(source), source]));
  const editsIn = (edits: readonly PolicyEdit[]): ReadonlyMap<string, readonly PolicyEdit[]> =>
    groupBy(edits, ({ source }) => editedNamespace(now, source));
  const [auditEditsIn, enforceEditsIn] = [editsIn(auditEdits), editsIn(enforceEdits)];
  return {
    hasOld: old !== undefined,
    jails: jails.map((jail): JailRollout => {
      const { namespace } = jail;
      const own = policies.get(namespace) ?? [];
      const before = old === undefined ? undefined : namespaceDefault(old, namespace);
      return {
        jail,
        auditEdits: auditEditsIn.get(namespace) ?? [],
        enforceEdits: enforceEditsIn.get(namespace) ?? [],
        auditRestarts: restarts(old, audit, jail),
        enforceRestarts: restarts(audit, enforced, jail),
        added: own.filter((source) => !today.has(fresh.keyOf(source))),
        changed: own.filter((source) => differs(today.get(fresh.keyOf(source)), source)),
        ...(before === undefined ? {} : { before }),
        flows: (calls.get(namespace) ?? []).flatMap((call) => flowOf(call, { old, audit, enforced })),
        unmeshed: jail.workloads.filter(({ injection }) => !injection.meshed),
      };
    }),
  };
}

function editedNamespace(cluster: Cluster, source: SourceObject): string {
  const { kind, metadata } = source.object;
  return kind === 'Namespace' ? metadata.name : cluster.namespaceOf(source);
}

/** Workloads of a jail whose pods would get a different default policy if they were created now. */
function restarts(before: Cluster | undefined, after: Cluster, jail: Jail): readonly RestartedWorkload[] {
  return jail.workloads.flatMap(({ namespace, kind, name, isMadeByInput }): RestartedWorkload[] => {
    const now = after.workload({ namespace, kind, name });
    if (now === undefined || isMadeByInput || kind === 'externalworkload' || !now.injection.meshed) return [];
    const policy = now.pod.settings.policy;
    if (before === undefined) return [{ workload: now, how: howToRestart(now), after: policy }];
    const old = before.workload(now);
    if (old === undefined) return [];
    const was = old.injection.meshed ? old.pod.settings.policy : undefined;
    if (was === policy) return [];
    const rolls =
      ROLLED.includes(kind) &&
      JSON.stringify(templateOf(old.source)) !== JSON.stringify(templateOf(now.source));
    const how = rolls ? 'by-apply' : howToRestart(now);
    return [{ workload: now, how, ...(was === undefined ? {} : { before: was }), after: policy }];
  });
}

const ROLLED = ['deployment', 'statefulset', 'daemonset'];

function howToRestart({ kind, source }: Workload): Restart {
  if (ROLLED.includes(kind)) return 'rollout';
  if (kind === 'cronjob') return 'next-run';
  // Objects of other APIs are never deleted: who knows what goes with them. Whoever runs their pods makes them anew.
  if (kind.includes('.')) return hasLabels(source) ? 'delete-pods' : 'next-run';
  return kind === 'replicaset' || kind === 'replicationcontroller' ? 'delete-pods' : 'recreate';
}

function hasLabels(source: SourceObject): boolean {
  return Object.keys(asTextMap(templateOf(source).metadata.labels)).length > 0;
}

const POLICY_KINDS = [
  'Server',
  'AuthorizationPolicy',
  'ServerAuthorization',
  'MeshTLSAuthentication',
  'NetworkAuthentication',
  'HTTPRoute',
  'GRPCRoute',
];

/** By namespace, Servers first: deleting an authorization before its Server leaves a port that lets nobody in. */
function policyObjects(cluster: Cluster): ReadonlyMap<string, readonly SourceObject[]> {
  const sorted = cluster.objects
    .filter(isPolicy)
    .sort((a, b) => POLICY_KINDS.indexOf(a.object.kind) - POLICY_KINDS.indexOf(b.object.kind));
  return groupBy(sorted, (source) => cluster.namespaceOf(source));
}

function isPolicy({ object }: SourceObject): boolean {
  return isPolicyGroup(groupOf(object.apiVersion)) && POLICY_KINDS.includes(object.kind);
}

function differs(before: SourceObject | undefined, source: SourceObject): boolean {
  return before !== undefined && JSON.stringify(before.object.spec) !== JSON.stringify(source.object.spec);
}

function callsOf(cluster: Cluster): readonly ConfiguredCall[] {
  return configuredCalls(
    cluster,
    cluster.workloads.filter(({ isMadeByInput }) => !isMadeByInput),
  ).calls;
}

interface States {
  readonly old: Cluster | undefined;
  readonly audit: Cluster;
  readonly enforced: Cluster;
}

interface DirectedCall {
  readonly call: ConfiguredCall;
  readonly backend: ConfiguredCall['backends'][number];
}

function directed(call: ConfiguredCall): DirectedCall[] {
  return call.backends.map((backend) => ({ call, backend }));
}

/** How a call into a jail fares today, in audit mode, and once the jail is enforced. */
function flowOf({ call, backend }: DirectedCall, { old, audit, enforced }: States): Flow[] {
  const { workload, number, servicePort } = backend;
  const target = enforced.workload(workload);
  if (target === undefined) return [];
  const verdictIn = (cluster: Cluster): ReturnType<typeof canReach> => {
    const { namespace, kind, name } = target;
    const caller = cluster.workload(call.caller);
    const { identity } = call.caller;
    // A caller that is gone from the new manifests keeps calling until it is deleted.
    const gone = identity === undefined ? ({ tls: 'none' } as const) : ({ tls: 'mesh', identity } as const);
    const client = caller === undefined ? gone : { workload: caller };
    return canReach(
      cluster,
      { namespace, kind, name, port: number, dialledPort: servicePort.number },
      client,
    );
  };
  const closed = verdictIn(enforced);
  const decisive = closed.classes.find(({ decisive: counts }) => counts) ?? closed.classes[0];
  const isThere = old?.workload(target) !== undefined;
  return [
    {
      call,
      target,
      port: number,
      audit: verdictIn(audit).verdict,
      enforced: closed.verdict,
      because: decisive?.decision.because ?? '',
      ...(old !== undefined && isThere ? { today: verdictIn(old).verdict } : {}),
    },
  ];
}
