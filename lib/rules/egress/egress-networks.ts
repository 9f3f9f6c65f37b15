import type { Cluster } from '../../cluster/cluster';
import type { SourceObject } from '../../kubernetes/object';
import { objectsOf } from '../../cluster/inventory';
import { POLICY_GROUP } from '../../kubernetes/kinds';

/** Helm's `egress.globalEgressNetworkNamespace`. */
export const GLOBAL_EGRESS_NAMESPACE = 'linkerd-egress';

export function egressNetworks(cluster: Cluster): readonly SourceObject[] {
  return objectsOf(cluster, POLICY_GROUP, 'EgressNetwork');
}
