import type { Cluster } from '../../cluster/cluster';
import { templateOf, type Workload } from '../../cluster/workload';
import { asTextMap, ownValue } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';

/** An annotation of a pod, and the object that it comes from. */
export interface FoundAnnotation {
  readonly value: string;
  /** `the pod template`, `the pod`, or `Namespace shop`. */
  readonly where: string;
  readonly source: SourceObject;
}

/** A pod annotation, and the object it comes from. */
export function annotationOf(cluster: Cluster, workload: Workload, key: string): FoundAnnotation | undefined {
  const { source, kind, namespace, injection } = workload;
  const own =
    kind === 'externalworkload'
      ? asTextMap(source.object.metadata.annotations)
      : asTextMap(templateOf(source).metadata.annotations);
  const value = ownValue(own, key);
  const where = kind === 'pod' || kind === 'externalworkload' ? `the ${kind}` : 'the pod template';
  if (value !== undefined) return { value, where, source };
  const fromNamespace = namespaceAnnotation(cluster, namespace, key);
  return injection.how === 'injected' ? fromNamespace : undefined;
}

/** What a Namespace has for the pods that are created in it. */
export function namespaceAnnotation(
  cluster: Cluster,
  namespace: string,
  key: string,
): FoundAnnotation | undefined {
  const value = ownValue(cluster.namespaceMeta(namespace).inherited, key);
  const source = cluster.namespaceObject(namespace);
  if (value === undefined || source === undefined) return undefined;
  return { value, where: `Namespace ${namespace}`, source };
}

/** Whether the cluster has already created a pod: its annotations are those of that moment. */
export function isRunning({ kind, source }: Workload): boolean {
  return kind === 'pod' && typeof source.object.metadata.uid === 'string';
}
