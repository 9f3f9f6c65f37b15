import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import { meshEligibility } from './mesh-eligibility';
import { isLinkerdNamespace } from '../../linkerd/own-namespaces';
import { enumerate } from '../../basics/words';
import { workloadLabel } from '../../cluster/labels';

const KUBERNETES = ['kube-system', 'kube-public', 'kube-node-lease'];

/** Why a namespace gets no jail; `undefined` if it gets one. */
export function skipReason(
  cluster: Cluster,
  namespace: string,
  workloads: readonly Workload[],
): string | undefined {
  if (KUBERNETES.includes(namespace)) return 'it belongs to Kubernetes';
  if (isLinkerdNamespace(namespace, cluster.config) || /^linkerd(-|$)/.test(namespace)) {
    return 'it belongs to Linkerd, which brings its own policy';
  }
  if (namespace.length > 63 || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace)) {
    return `${JSON.stringify(namespace)} is not a valid namespace name`;
  }
  const pods = workloads.filter(({ kind }) => kind !== 'externalworkload');
  if (pods.length === 0) return 'it has no workloads in the manifests';
  const standings = pods.map((workload) => ({ workload, standing: meshEligibility(cluster, workload) }));
  if (standings.some(({ standing }) => standing.kind !== 'outside')) return undefined;
  const whys = standings.map(({ workload, standing }) => `${workloadLabel(workload)}: ${standing.reason}`);
  return `none of its workloads can have the proxy (${enumerate(whys, 3)})`;
}
