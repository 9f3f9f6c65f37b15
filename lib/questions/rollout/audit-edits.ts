import { writtenForm } from '../../cluster/stored-objects';
import { Cluster } from '../../cluster/cluster';
import { templateOf, templatePath } from '../../cluster/workload';
import { DEFAULT_INBOUND_POLICY } from '../../linkerd/annotations';
import type { JailMode } from '../../linkerd/default-policy';
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

const SERVER_VERSION = `${POLICY_GROUP}/v1beta3`;

/** The edits that switch jails from one mode to another. */
export function modeEdits(
  cluster: Cluster,
  jails: readonly Jail[],
  from: JailMode,
  to: JailMode,
): readonly PolicyEdit[] {
  return jails.flatMap((jail) => [
    ...namespaceEdits(cluster, jail, from, to),
    ...templateEdits(jail, from, to),
    ...serverEdits(cluster, jail, from, to),
  ]);
}

function namespaceEdits(cluster: Cluster, { namespace }: Jail, from: JailMode, to: JailMode): PolicyEdit[] {
  const source = cluster.namespaceObject(namespace);
  if (source === undefined) return [];
  return annotationEdits(source, ['metadata', 'annotations'], source.object.metadata.annotations, from, to);
}

function templateEdits({ workloads }: Jail, from: JailMode, to: JailMode): PolicyEdit[] {
  return workloads
    .filter(({ kind }) => kind !== 'externalworkload')
    .flatMap((workload) => {
      const path = [...templatePath(workload), 'metadata', 'annotations'];
      const { annotations } = templateOf(workload.source).metadata;
      return annotationEdits(workload.source, path, annotations, from, to);
    });
}

function annotationEdits(
  source: SourceObject,
  parent: Path,
  annotations: unknown,
  from: JailMode,
  to: JailMode,
): PolicyEdit[] {
  const value = valueAt(annotations, DEFAULT_INBOUND_POLICY);
  return value === from ? [edit(source, [...parent, DEFAULT_INBOUND_POLICY], from, to)] : [];
}

function serverEdits(cluster: Cluster, { namespace }: Jail, from: JailMode, to: JailMode): PolicyEdit[] {
  return cluster.policyOf(namespace).servers.flatMap(({ source, accessPolicy }): PolicyEdit[] => {
    if (accessPolicy !== from) return [];
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
