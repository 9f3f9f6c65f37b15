import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import { isFields, ownValue, type Fields } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import { pathText, type Path } from '../../kubernetes/path';
import { groupOf } from '../../kubernetes/references';
import { isPolicyGroup } from '../../kubernetes/kinds';
import { compareText } from '../../basics/collections';

/** An object that differs before and after. */
export interface ObjectChange {
  readonly key: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before?: SourceObject;
  readonly after?: SourceObject;
  /** With `changed`: the fields that differ. */
  readonly fields: readonly string[];
  /** The side where admission refuses it, so that it counts as absent there. */
  readonly refused?: 'before' | 'after';
}

/** Metadata that a cluster sets by itself. */
const VOLATILE = [
  'managedFields',
  'resourceVersion',
  'uid',
  'generation',
  'selfLink',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'finalizers',
];

/** What decides between competing Servers and routes: the one field of a server's that may be the cause, if nothing else is. */
const AGE = 'metadata.creationTimestamp';

/** Annotations and labels that a cluster, or kubectl, writes by itself. */
const WRITTEN_BY_THEMSELVES =
  /^(kubectl\.kubernetes\.io\/(last-applied-configuration|restartedAt)|deployment\.kubernetes\.io\/.*|kubernetes\.io\/metadata\.name|pod-template-hash|controller-revision-hash)$/;

/** The differences between the objects of two clusters, looked up by the objects that govern a port. */
export class ObjectChanges {
  private readonly changes = new Map<string, ObjectChange>();
  /** Policy objects that differ in nothing but their age. */
  private readonly aged = new Map<string, ObjectChange>();

  public constructor(
    private readonly before: Cluster,
    private readonly after: Cluster,
  ) {
    const old = byKey(before, before.objects);
    const now = byKey(after, after.objects);
    const refusedBefore = byKey(
      before,
      before.refused.map(({ source }) => source),
    );
    const refusedAfter = byKey(
      after,
      after.refused.map(({ source }) => source),
    );
    for (const [key, source] of old) {
      const other = now.get(key);
      if (other === undefined) {
        const refused = refusedAfter.has(key) ? { refused: 'after' as const } : {};
        this.changes.set(key, { key, change: 'removed', before: source, fields: [], ...refused });
      } else {
        const fields = differences(source, other);
        const change = { key, change: 'changed', before: source, after: other } as const;
        if (fields.length > 0) this.changes.set(key, { ...change, fields });
        else if (isPolicy(source) && ageOf(source) !== ageOf(other))
          this.aged.set(key, { ...change, fields: [AGE] });
      }
    }
    for (const [key, source] of now) {
      if (old.has(key)) continue;
      const refused = refusedBefore.has(key) ? { refused: 'before' as const } : {};
      this.changes.set(key, { key, change: 'added', after: source, fields: [], ...refused });
    }
  }

  /** Why a port is governed differently: changes among the objects that govern it on either side. */
  public causes(
    before: Workload | undefined,
    after: Workload | undefined,
    port: number,
  ): readonly ObjectChange[] {
    const [found, around, older] = [0, 1, 2].map(() => new Map<string, ObjectChange>()) as [
      Map<string, ObjectChange>,
      Map<string, ObjectChange>,
      Map<string, ObjectChange>,
    ];
    const collect = (
      cluster: Cluster,
      sources: readonly SourceObject[],
      into: Map<string, ObjectChange>,
      changes: ReadonlyMap<string, ObjectChange> = this.changes,
    ): void => {
      for (const source of sources) {
        const change = changes.get(cluster.keyOf(source));
        if (change !== undefined && isTelling(change)) into.set(change.key, change);
      }
    };
    let isPolicyAll = true;
    for (const [cluster, workload] of [
      [this.before, before],
      [this.after, after],
    ] as const) {
      if (workload === undefined) continue;
      isPolicyAll &&= hasServer(cluster, workload, port);
      const governing = policyObjects(cluster, workload, port);
      collect(cluster, governing, found);
      collect(cluster, governing, older, this.aged);
      collect(cluster, pods(cluster, workload), around);
    }
    // If a Server governs on both sides, the pod and its namespace do not matter.
    if (!isPolicyAll || found.size === 0) for (const [key, change] of around) found.set(key, change);
    if (found.size === 0) for (const [key, change] of older) found.set(key, change);
    if (found.size === 0) this.elsewhere((before ?? after)?.namespace ?? '', found);
    return [...found.values()].sort((a, b) => compareText(a.key, b.key));
  }

  /** If nothing that governs the port changed: what else did, in its namespace or in the control plane. */
  private elsewhere(namespace: string, found: Map<string, ObjectChange>): void {
    for (const change of this.changes.values()) {
      const source = change.after ?? change.before;
      if (source === undefined) continue;
      const { kind, metadata, apiVersion } = source.object;
      const isPolicy = isPolicyGroup(groupOf(apiVersion));
      const isConfig = kind === 'ConfigMap' && metadata.name === 'linkerd-config';
      if (isConfig || (isPolicy && metadata.namespace === namespace)) found.set(change.key, change);
    }
  }
}

/** The pod's own object and its Namespace. */
function pods(cluster: Cluster, workload: Workload): readonly SourceObject[] {
  const namespace = cluster.namespaceObject(workload.namespace);
  return namespace === undefined ? [workload.source] : [workload.source, namespace];
}

function hasServer(cluster: Cluster, workload: Workload, port: number): boolean {
  const { injection, pod } = workload;
  if (!injection.meshed || pod.skippedInbound.has(port)) return false;
  return cluster.inboundPolicy(workload, port).governedBy.object !== undefined;
}

/** The objects that decide about a port, including those that were meant to but have no effect. */
function policyObjects(cluster: Cluster, workload: Workload, port: number): readonly SourceObject[] {
  if (!workload.injection.meshed) return [];
  const { governedBy: server, routes, authorizations, ignored } = cluster.inboundPolicy(workload, port);
  const granting = [...authorizations, ...routes.flatMap((route) => route.authorizations)];
  const shadowed = cluster.portOwnership(workload).shadowed.filter((claim) => claim.port === port);
  return [
    ...(server.object === undefined ? [] : [server.object.source]),
    ...shadowed.map((claim) => claim.server.source),
    ...granting.flatMap(({ source, via }) => (source === undefined ? via : [source, ...via])),
    ...routes.flatMap(({ source }) => source ?? []),
    ...ignored.map(({ source }) => source),
  ];
}

const READ =
  /(labels|annotations)\b|\.(ports|\w+Probe|hostNetwork|serviceAccountName|initContainers)\b|containers$|\.name$/;

/** Images and environments change all the time; policy reads only a little of a workload or a Namespace. */
function isTelling({ change, fields, before }: ObjectChange): boolean {
  if (change !== 'changed') return true;
  const group = groupOf(before?.object.apiVersion ?? '');
  return isPolicyGroup(group) || fields.some((field) => READ.test(field));
}

function byKey(cluster: Cluster, sources: readonly SourceObject[]): Map<string, SourceObject> {
  return new Map(sources.map((source) => [cluster.keyOf(source), source]));
}

/** The fields in which two objects differ; if a field is on only one side, the field itself. */
function differences(a: SourceObject, b: SourceObject): string[] {
  const paths: Path[] = [];
  compare(a.object, b.object, [], paths);
  const told = paths.filter((path) => path[0] !== 'status' && !isVolatile(path)).map(pathText);
  return [...told].sort((one, other) => weight(one) - weight(other));
}

/** What Linkerd reads comes first, then what else decides, then the rest. */
function weight(field: string): number {
  if (/^metadata.*linkerd\.io\/|\["linkerd\.io\/|\["config\.linkerd\.io\//.test(field)) return 0;
  if (READ.test(field) || field.startsWith('spec')) return 1;
  return 2;
}

function isPolicy({ object }: SourceObject): boolean {
  return isPolicyGroup(groupOf(object.apiVersion));
}

function ageOf({ object }: SourceObject): unknown {
  return ownValue(object.metadata, 'creationTimestamp');
}

function isVolatile(path: Path): boolean {
  const [first, second] = path;
  if (first === 'metadata' && typeof second === 'string' && VOLATILE.includes(second)) return true;
  const [parent, last] = path.slice(-2);
  if (last === 'creationTimestamp' && parent === 'metadata') return true;
  return (
    (parent === 'annotations' || parent === 'labels') &&
    typeof last === 'string' &&
    WRITTEN_BY_THEMSELVES.test(last)
  );
}

/** Maps that may be absent where they would be empty. */
const MAPS = ['labels', 'annotations'];

function compare(a: unknown, b: unknown, path: Path, found: Path[]): void {
  if (Object.is(a, b)) return;
  if (MAPS.includes(String(path.at(-1))) && (a === undefined || b === undefined)) {
    const [one, other] = [a ?? {}, b ?? {}];
    if (isFields(one) && isFields(other)) return compareKeys(one, other, path, found);
  }
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    a.forEach((item, index) => compare(item, b[index], [...path, index], found));
  } else if (isFields(a) && isFields(b)) {
    compareKeys(a, b, path, found);
  } else {
    found.push(path);
  }
}

function compareKeys(a: Fields, b: Fields, path: Path, found: Path[]): void {
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    compare(ownValue(a, key), ownValue(b, key), [...path, key], found);
  }
}
