import { asList, asText, valueAt } from '../kubernetes/fields';
import type { Cluster } from './cluster';
import { workloadLabel } from './labels';
import { makerOf } from './makers';
import type { Workload } from './workload';

/** The workload of the input that made a pod and makes it anew. */
export function makerIn(cluster: Cluster, workload: Workload): Workload | undefined {
  const { namespace } = workload;
  return makerOf(workload, (kind, name) => cluster.workload({ namespace, kind, name }));
}

/** How to have a running pod made anew from its template as it is now. */
export function restartOf(cluster: Cluster, workload: Workload): string {
  if (workload.kind !== 'pod') return `restart ${workloadLabel(workload)}`;
  const maker = makerIn(cluster, workload);
  if (maker !== undefined) return `restart ${workloadLabel(maker)}`;
  const owner = asList(valueAt(workload.source.object, 'metadata', 'ownerReferences')).find(
    (entry) => valueAt(entry, 'controller') === true,
  );
  const [kind, name] = [asText(valueAt(owner, 'kind')), asText(valueAt(owner, 'name'))];
  return kind === undefined || name === undefined
    ? 'delete the pod and create it again'
    : `restart what made the pod (${kind.toLowerCase()}/${name})`;
}
