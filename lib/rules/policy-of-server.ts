import { DefaultAuthorizations } from '../cluster/client-authorization';
import type { Cluster } from '../cluster/cluster';
import { serverPolicy, type InboundPolicy } from '../cluster/inbound-policy';
import type { Server } from '../cluster/server';
import { memoized, oncePer } from '../basics/collections';

const NO_PROBES: ReadonlySet<string> = new Set();

const known = oncePer((cluster: Cluster) => ({
  defaults: new DefaultAuthorizations(cluster.config),
  policies: new Map<Server, InboundPolicy>(),
}));

/** A Server's policy for every port it owns, probes aside, which does not depend on a workload. */
export function policyOfServer(cluster: Cluster, server: Server): InboundPolicy {
  const { defaults, policies } = known(cluster);
  return memoized(policies, server, () =>
    serverPolicy(server, cluster.policyOf(server.namespace), NO_PROBES, defaults),
  );
}
