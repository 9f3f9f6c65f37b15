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

/** What rules ask of a cluster again and again, worked out once. */
interface Index {
  readonly byKind: ReadonlyMap<string, readonly SourceObject[]>;
  readonly workloads: ReadonlyMap<string, readonly Workload[]>;
  readonly everyWorkload: readonly Workload[];
}

const indexOf = oncePer((cluster: Cluster): Index => {
  // In the order of their names, so that what is said does not depend on the order of files.
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

/** Objects of one kind of an API group, whatever its version. */
export function objectsOf(cluster: Cluster, group: string, kind: string): readonly SourceObject[] {
  return indexOf(cluster).byKind.get(`${group}/${kind}`) ?? [];
}

/** Workloads of a namespace, without those that another workload of the input makes. */
export function workloadsIn(cluster: Cluster, namespace: string): readonly Workload[] {
  return indexOf(cluster).workloads.get(namespace) ?? [];
}

/** All workloads, without those that another workload of the input makes. */
export function allWorkloads(cluster: Cluster): readonly Workload[] {
  return [...indexOf(cluster).workloads.values()].flat();
}

/** Really all, also those that another workload makes. */
export function everyWorkload(cluster: Cluster): readonly Workload[] {
  return indexOf(cluster).everyWorkload;
}

export function allServers(cluster: Cluster): readonly Server[] {
  return cluster.namespaceNames().flatMap((namespace) => cluster.policyOf(namespace).servers);
}

/** Workloads that a Server's selector fits, meshed or not. */
export function selectedBy(cluster: Cluster, server: Server): readonly Workload[] {
  const wantsMachines = server.selects === 'external-workloads';
  return workloadsIn(cluster, server.namespace).filter(
    ({ kind, pod }) => (kind === 'externalworkload') === wantsMachines && server.matches(pod.labels),
  );
}

/** What a namespace itself says its default is; the cluster's default is not its word. */
export function namespaceDefault(cluster: Cluster, namespace: string): string | undefined {
  const { annotations } = cluster.namespaceMeta(namespace);
  return ownValue(annotations, DEFAULT_INBOUND_POLICY);
}

/** Whether somebody means a namespace to be protected: it has Servers, or a default that keeps somebody out. */
export function isPoliced(cluster: Cluster, namespace: string): boolean {
  return cluster.policyOf(namespace).servers.length > 0 || isProtective(namespaceDefault(cluster, namespace));
}

/** An annotation of the pod, own or inherited. */
export function podAnnotation({ pod }: Workload, key: string): string | undefined {
  return ownValue(pod.annotations, key);
}

export function namespaceOf(cluster: Cluster, source: SourceObject): string | undefined {
  return isClusterScoped(source.object.kind) ? undefined : cluster.namespaceOf(source);
}
