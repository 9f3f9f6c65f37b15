import type { Cluster } from '../../cluster/cluster';
import { decideInjection } from '../../cluster/injection';
import { templateOf, type Workload, workloadKey } from '../../cluster/workload';
import { INJECT } from '../../linkerd/annotations';
import { asTextMap, ownValue } from '../../kubernetes/fields';
import { compareText } from '../../basics/collections';

/**
 * Whether policy can apply to a workload: `meshed`; `injectable` if nothing has asked for the proxy yet; `outside` if it
 * cannot have one or is set not to.
 */
export interface MeshEligibility {
  readonly kind: 'meshed' | 'injectable' | 'outside';
  readonly reason: string;
}

export function meshEligibility(cluster: Cluster, workload: Workload): MeshEligibility {
  if (workload.injection.meshed) return { kind: 'meshed', reason: workload.injection.reason };
  const { reason } = workload.injection;
  const template = templateOf(workload.source);
  const written = ownValue(asTextMap(template.metadata.annotations), INJECT);
  if (written !== undefined && written !== '' && written !== 'enabled') return { kind: 'outside', reason };
  const asked = decideInjection({
    namespace: workload.namespace,
    namespaceLabels: cluster.namespaceMeta(workload.namespace).labels,
    namespaceAnnotations: {},
    podLabels: asTextMap(template.metadata.labels),
    podAnnotations: { [INJECT]: 'enabled' },
    podSpec: template.spec,
    running: false,
  });
  return asked.meshed ? { kind: 'injectable', reason } : { kind: 'outside', reason: asked.reason };
}

/** The workloads that somebody wrote, without the ReplicaSets and Pods that others in the input create. */
export function writtenWorkloads(cluster: Cluster): Workload[] {
  return cluster.workloads
    .filter(({ isMadeByInput }) => !isMadeByInput)
    .sort((a, b) => compareText(workloadKey(a), workloadKey(b)));
}
