import type { Cluster } from '../cluster/cluster';
import type { SourceObject } from '../kubernetes/object';
import { objectsOf } from '../cluster/inventory';
import { GATEWAY_GROUP, POLICY_GROUP } from '../kubernetes/kinds';

/** Routes that can take part in inbound policy. */
export function inboundRoutes(cluster: Cluster): SourceObject[] {
  return [
    ...objectsOf(cluster, POLICY_GROUP, 'HTTPRoute'),
    ...objectsOf(cluster, GATEWAY_GROUP, 'HTTPRoute'),
    ...objectsOf(cluster, GATEWAY_GROUP, 'GRPCRoute'),
  ];
}

export function isRouteKind(kind: string): boolean {
  return kind === 'HTTPRoute' || kind === 'GRPCRoute';
}
