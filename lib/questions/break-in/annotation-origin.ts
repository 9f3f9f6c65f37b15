import type { Cluster } from '../../cluster/cluster';
import { workloadLabel } from '../../cluster/labels';
import { makerIn, restartOf } from '../../cluster/restart';
import { templateOf, type Workload } from '../../cluster/workload';
import { isCreatedPod } from '../../kubernetes/apply';
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

/**
 * What a running pod would have if it were created today, and how to have it created: its annotations are those of the
 * moment when it was. `undefined` if it has what a new pod would have, or is not running.
 */
export function sinceCreation(
  cluster: Cluster,
  workload: Workload,
  key: string,
): { readonly today: FoundAnnotation | undefined; readonly restart: string } | undefined {
  if (!isRunning(workload)) return undefined;
  const maker = makerIn(cluster, workload);
  const own = annotationOf(cluster, workload, key);
  const today =
    maker === undefined
      ? namespaceAnnotation(cluster, workload.namespace, key)
      : ofMaker(cluster, maker, key);
  // Who made the pod may have said it, where that is not in the input.
  if (maker === undefined && today === undefined) return undefined;
  return today?.value === own?.value ? undefined : { today, restart: restartOf(cluster, workload) };
}

/** What a workload gives to its pods. */
export function ofMaker(cluster: Cluster, maker: Workload, key: string): FoundAnnotation | undefined {
  const found = annotationOf(cluster, maker, key);
  return found?.source === maker.source
    ? { ...found, where: `${found.where} of ${workloadLabel(maker)}` }
    : found;
}

function isRunning({ kind, source }: Workload): boolean {
  return kind === 'pod' && isCreatedPod(source.object);
}
