import { writtenForm } from '../../cluster/stored-objects';
import { Cluster } from '../../cluster/cluster';
import { templateOf, templatePath } from '../../cluster/workload';
import { DEFAULT_INBOUND_POLICY } from '../../linkerd/annotations';
import { valueAt, asFields } from '../../kubernetes/fields';
import { placeOf } from '../../manifests/positions';
import type { KubeObject, Origin, SourceObject } from '../../kubernetes/object';
import { type Jail } from '../jail';
import { pathText, type Path } from '../../kubernetes/path';
import { groupBy } from '../../basics/collections';
import { POLICY_GROUP } from '../../kubernetes/kinds';

/** A field of the new manifests that must change. */
export interface PolicyEdit {
  readonly source: SourceObject;
  readonly field: string;
  readonly path: Path;
  readonly place: Origin;
  /** The current value; `undefined` if the field is absent. */
  readonly from: string | undefined;
  readonly to: string;
}

/** A value of an annotation or a Server that is to become another one. */
interface Change {
  readonly is: (policy: string) => boolean;
  readonly to: string;
}

/** Policies that refuse somebody, whether all who are not authorized or only those without an identity. */
const CLOSING = ['deny', 'all-authenticated', 'cluster-authenticated', 'cluster-unauthenticated'];

const TO_AUDIT: Change = { is: (policy) => CLOSING.includes(policy), to: 'audit' };
const TO_DENY: Change = { is: (policy) => policy === 'audit', to: 'deny' };

const SERVER_VERSION = `${POLICY_GROUP}/v1beta3`;

/** The edits of new manifests that let everybody in while one looks. What is closed today stays closed. */
export function auditEdits(
  cluster: Cluster,
  jails: readonly Jail[],
  today: Cluster | undefined,
): readonly PolicyEdit[] {
  const old = new Map(today?.objects.map((source) => [today.keyOf(source), source]));
  return editsOf(cluster, jails, TO_AUDIT).filter(({ source, path }) => {
    const before = old.get(cluster.keyOf(source));
    if (before === undefined) return true;
    const isServer = source.object.kind === 'Server';
    const at = isServer ? ['spec'] : path;
    return JSON.stringify(valueAtPath(before, at)) !== JSON.stringify(valueAtPath(source, at));
  });
}

/** The edits that start enforcing what the new manifests only audit. */
export function enforceEdits(cluster: Cluster, jails: readonly Jail[]): readonly PolicyEdit[] {
  return editsOf(cluster, jails, TO_DENY);
}

function valueAtPath({ object }: SourceObject, path: Path): unknown {
  return valueAt(object, ...path.map(String));
}

function editsOf(cluster: Cluster, jails: readonly Jail[], change: Change): PolicyEdit[] {
  return jails.flatMap((jail) => [
    ...namespaceEdits(cluster, jail, change),
    ...templateEdits(jail, change),
    ...serverEdits(cluster, jail, change),
  ]);
}

function namespaceEdits(cluster: Cluster, { namespace }: Jail, change: Change): PolicyEdit[] {
  const source = cluster.namespaceObject(namespace);
  if (source === undefined) return [];
  return annotationEdits(source, ['metadata', 'annotations'], source.object.metadata.annotations, change);
}

function templateEdits({ workloads }: Jail, change: Change): PolicyEdit[] {
  return workloads
    .filter(({ kind }) => kind !== 'externalworkload')
    .flatMap((workload) => {
      const path = [...templatePath(workload), 'metadata', 'annotations'];
      const { annotations } = templateOf(workload.source).metadata;
      return annotationEdits(workload.source, path, annotations, change);
    });
}

function annotationEdits(
  source: SourceObject,
  parent: Path,
  annotations: unknown,
  { is, to }: Change,
): PolicyEdit[] {
  const value = valueAt(annotations, DEFAULT_INBOUND_POLICY);
  if (typeof value !== 'string' || !is(value)) return [];
  return [edit(source, [...parent, DEFAULT_INBOUND_POLICY], value, to)];
}

function serverEdits(cluster: Cluster, { namespace }: Jail, { is, to }: Change): PolicyEdit[] {
  return cluster.policyOf(namespace).servers.flatMap(({ source, accessPolicy }): PolicyEdit[] => {
    if (accessPolicy === undefined || !is(accessPolicy)) return [];
    const written = writtenForm(source);
    const { apiVersion } = written;
    // Versions before v1beta3 drop the field: they have no audit (linkerd-policy 1.3).
    const old =
      apiVersion === SERVER_VERSION ? [] : [edit(source, ['apiVersion'], apiVersion, SERVER_VERSION)];
    const value = valueAt(written, 'spec', 'accessPolicy');
    return [
      ...old,
      edit(source, ['spec', 'accessPolicy'], typeof value === 'string' ? value : undefined, to),
    ];
  });
}

function edit(source: SourceObject, path: Path, from: string | undefined, to: string): PolicyEdit {
  const { file, line } = placeOf(source.origin, path);
  return { source, path, field: pathText(path), place: { file, line }, from, to };
}

/** The cluster with these edits applied. */
export function editedCluster(cluster: Cluster, edits: readonly PolicyEdit[]): Cluster {
  const bySource = groupBy(edits, ({ source }) => source);
  const objects = cluster.objects.map((source): SourceObject => {
    const own = bySource.get(source) ?? [];
    const changed = own.reduce<unknown>((object, { path, to }) => withValue(object, path, to), source.object);
    return { ...source, object: changed as KubeObject };
  });
  return Cluster.fromObjects(objects, {
    ...cluster.settled,
    ...cluster.config,
    namespace: cluster.defaultNamespace,
    assumeAdmitted: true,
  });
}

function withValue(value: unknown, [key, ...rest]: Path, to: string): unknown {
  if (key === undefined) return to;
  const own = asFields(value);
  return { ...own, [key]: withValue(valueAt(own, String(key)), rest, to) };
}
