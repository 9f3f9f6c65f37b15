import { writtenForm } from '../cluster/admitted';
import { Cluster } from '../cluster/cluster';
import { templateOf } from '../cluster/workload';
import { DEFAULT_INBOUND_POLICY } from '../linkerd/annotations';
import { at, fields, textMap } from '../manifests/fields';
import { pathText, placeOf, type Path } from '../manifests/locate';
import type { KubeObject, Origin, SourceObject } from '../manifests/object';
import { templatePath } from '../rules/subjects';
import { namespaceObject, type Jail } from './jail';
import { defaultNamespace } from './rollout-applied';

/** A field of the new manifests that is different while only watching. */
export interface Edit {
  readonly source: SourceObject;
  readonly field: string;
  readonly path: Path;
  readonly place: Origin;
  /** What stands there; `undefined` if nothing does. */
  readonly from: string | undefined;
  readonly to: string;
}

const SERVER_VERSION = 'policy.linkerd.io/v1beta3';

/** What makes a jail let everybody in and log whom it would have refused. */
export function auditEdits(cluster: Cluster, jails: readonly Jail[]): readonly Edit[] {
  return jails.flatMap((jail) => [
    ...namespaceEdits(cluster, jail),
    ...templateEdits(jail),
    ...serverEdits(cluster, jail),
  ]);
}

function namespaceEdits(cluster: Cluster, { namespace }: Jail): Edit[] {
  const source = namespaceObject(cluster, namespace);
  if (source === undefined) return [];
  return annotationEdits(source, ['metadata', 'annotations'], textMap(source.object.metadata.annotations));
}

function templateEdits({ workloads }: Jail): Edit[] {
  return workloads
    .filter(({ kind }) => kind !== 'externalworkload')
    .flatMap((workload) => {
      const annotations = textMap(templateOf(workload.source).metadata.annotations);
      return annotationEdits(
        workload.source,
        [...templatePath(workload), 'metadata', 'annotations'],
        annotations,
      );
    });
}

function annotationEdits(
  source: SourceObject,
  parent: Path,
  annotations: Readonly<Record<string, string>>,
): Edit[] {
  const isDeny =
    Object.hasOwn(annotations, DEFAULT_INBOUND_POLICY) && annotations[DEFAULT_INBOUND_POLICY] === 'deny';
  return isDeny ? [edit(source, [...parent, DEFAULT_INBOUND_POLICY], 'deny', 'audit')] : [];
}

function serverEdits(cluster: Cluster, { namespace }: Jail): Edit[] {
  return cluster.policyOf(namespace).servers.flatMap(({ source, accessPolicy }): Edit[] => {
    if (accessPolicy !== 'deny') return [];
    const written = writtenForm(source);
    const { apiVersion } = written;
    const old =
      apiVersion === SERVER_VERSION ? [] : [edit(source, ['apiVersion'], apiVersion, SERVER_VERSION)];
    // The field is dropped in versions before v1beta3, which have no audit (linkerd-policy 1.3).
    const from = at(written, 'spec', 'accessPolicy');
    return [
      ...old,
      edit(source, ['spec', 'accessPolicy'], typeof from === 'string' ? from : undefined, 'audit'),
    ];
  });
}

function edit(source: SourceObject, path: Path, from: string | undefined, to: string): Edit {
  const { file, line } = placeOf(source.origin, path);
  return { source, path, field: pathText(path), place: { file, line }, from, to };
}

/** The cluster as it is while only watching. */
export function auditCluster(cluster: Cluster, edits: readonly Edit[]): Cluster {
  const bySource = new Map<SourceObject, Edit[]>();
  for (const one of edits) bySource.set(one.source, [...(bySource.get(one.source) ?? []), one]);
  const objects = cluster.objects.map((source): SourceObject => {
    const own = bySource.get(source) ?? [];
    const changed = own.reduce<unknown>((object, { path, to }) => withValue(object, path, to), source.object);
    return { ...source, object: changed as KubeObject };
  });
  const namespace = defaultNamespace(cluster);
  return Cluster.fromObjects(objects, { ...cluster.config, namespace, assumeAdmitted: true });
}

function withValue(value: unknown, [key, ...rest]: Path, to: string): unknown {
  if (key === undefined) return to;
  const own = fields(value);
  return { ...own, [key]: withValue(at(own, String(key)), rest, to) };
}
