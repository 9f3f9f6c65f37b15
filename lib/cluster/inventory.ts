import type { Cluster } from './cluster';
import type { Server } from './server';
import { workloadKey, type Workload } from './workload';
import { DEFAULT_INBOUND_POLICY } from '../linkerd/annotations';
import { isProtective } from '../linkerd/default-policy';
import type { SourceObject } from '../kubernetes/object';
import { compareText, oncePer } from '../basics/collections';
import { groupBy } from '../basics/collections';
import { groupOf } from '../kubernetes/references';
import { isClusterScoped } from '../kubernetes/kinds';
import { ownValue } from '../kubernetes/fields';

/** What rules often ask of a cluster, computed once. */
interface Index {
  readonly byKind: ReadonlyMap<string, readonly SourceObject[]>;
  readonly workloads: ReadonlyMap<string, readonly Workload[]>;
  readonly everyWorkload: readonly Workload[];
}

const indexOf = oncePer((cluster: Cluster): Index => {
  // By name, so that messages do not depend on the order of files.
  const objects = byName(
    cluster.objects,
    (source) => `${cluster.namespaceOf(source)}/${source.object.metadata.name}`,
  );
  const everyWorkload = byName(cluster.workloads, workloadKey);
  const workloads = everyWorkload.filter(({ isMadeByInput }) => !isMadeByInput);
  return {
    byKind: groupBy(objects, ({ object }) => `${groupOf(object.apiVersion)}/${object.kind}`),
    workloads: groupBy(workloads, ({ namespace }) => namespace),
    everyWorkload,
  };
});

function byName<T>(items: readonly T[], name: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, name: name(item) }))
    .sort((a, b) => compareText(a.name, b.name))
    .map(({ item }) => item);
}

/** Objects of one kind in an API group, in any version. */
export function objectsOf(cluster: Cluster, group: string, kind: string): readonly SourceObject[] {
  return indexOf(cluster).byKind.get(`${group}/${kind}`) ?? [];
}

/** Workloads in a namespace, except those made by another workload in the input. */
export function workloadsIn(cluster: Cluster, namespace: string): readonly Workload[] {
  return indexOf(cluster).workloads.get(namespace) ?? [];
}

/** All workloads, except those made by another workload in the input. */
export function allWorkloads(cluster: Cluster): readonly Workload[] {
  return [...indexOf(cluster).workloads.values()].flat();
}

/** All workloads, including those made by another workload. */
export function everyWorkload(cluster: Cluster): readonly Workload[] {
  return indexOf(cluster).everyWorkload;
}

export function allServers(cluster: Cluster): readonly Server[] {
  return cluster.namespaceNames().flatMap((namespace) => cluster.policyOf(namespace).servers);
}

/** Workloads that a Server's selector matches, meshed or not. */
export function selectedBy(cluster: Cluster, server: Server): readonly Workload[] {
  const wantsMachines = server.selects === 'external-workloads';
  return workloadsIn(cluster, server.namespace).filter(
    ({ kind, pod }) => (kind === 'externalworkload') === wantsMachines && server.matches(pod.labels),
  );
}

/** The default policy that a namespace itself sets; the cluster's default does not count. */
export function namespaceDefault(cluster: Cluster, namespace: string): string | undefined {
  const { annotations } = cluster.namespaceMeta(namespace);
  return ownValue(annotations, DEFAULT_INBOUND_POLICY);
}

/** Whether a namespace is meant to be protected: it has Servers, or a default that keeps somebody out. */
export function isPoliced(cluster: Cluster, namespace: string): boolean {
  return cluster.policyOf(namespace).servers.length > 0 || isProtective(namespaceDefault(cluster, namespace));
}

/** A pod's annotation, own or inherited. */
export function podAnnotation({ pod }: Workload, key: string): string | undefined {
  return ownValue(pod.annotations, key);
}

export function namespaceOf(cluster: Cluster, source: SourceObject): string | undefined {
  return isClusterScoped(source.object.kind) ? undefined : cluster.namespaceOf(source);
}
