import { GATEWAY_GROUP, POLICY_GROUP } from '../cluster/authorization-policy';
import type { Cluster } from '../cluster/cluster';
import type { SourceObject } from '../manifests/object';
import { objectsOf } from './subjects';

/** Routes that Linkerd looks at for inbound policy. */
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
