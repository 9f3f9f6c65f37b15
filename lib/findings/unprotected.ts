import type { Cluster } from '../cluster/cluster';
import { namespaceDefault } from '../cluster/inventory';
import type { Workload } from '../cluster/workload';
import { DEFAULT_INBOUND_POLICY } from '../linkerd/annotations';
import { isProtective } from '../linkerd/default-policy';
import { ownValue } from '../kubernetes/fields';
import { POLICY_GROUP } from '../kubernetes/kinds';
import { groupOf } from '../kubernetes/references';

/** What people write to say who comes in. A route alone may be an ingress's. */
const POLICY_KINDS = ['AuthorizationPolicy', 'Server', 'ServerAuthorization'];

/** Workloads that nobody has written any policy for: no finding can be about them. */
export interface Unprotected {
  readonly namespaces: readonly string[];
  readonly workloads: number;
  readonly meshed: number;
}

/**
 * Says that no namespace of these workloads has any policy, not even one that was refused or misspelt. One that is meant
 * to be protected and is not has findings of its own.
 */
export function unprotected(cluster: Cluster, workloads: readonly Workload[]): Unprotected | undefined {
  if (workloads.length === 0 || isProtective(cluster.config.defaultInboundPolicy)) return undefined;
  // A kind that was not read may be the policy.
  if (cluster.unread.length > 0) return undefined;
  const namespaces = new Set(workloads.map(({ namespace }) => namespace));
  const written = [...cluster.objects, ...cluster.refused.map(({ source }) => source)].some(
    (source) =>
      groupOf(source.object.apiVersion) === POLICY_GROUP &&
      POLICY_KINDS.includes(source.object.kind) &&
      namespaces.has(cluster.namespaceOf(source)),
  );
  const hasPolicy =
    written ||
    [...namespaces].some((name) => namespaceDefault(cluster, name) !== undefined) ||
    workloads.some(({ pod }) => ownValue(pod.annotations, DEFAULT_INBOUND_POLICY) !== undefined);
  if (hasPolicy) return undefined;
  const meshed = workloads.filter(({ injection }) => injection.meshed).length;
  return { namespaces: [...namespaces].sort(), workloads: workloads.length, meshed };
}
