import { DefaultAuthorizations } from '../cluster/client-authorization';
import type { Cluster } from '../cluster/cluster';
import { serverPolicy, type InboundPolicy } from '../cluster/inbound-policy';
import type { Server } from '../cluster/server';

const POLICIES = new WeakMap<Cluster, { defaults: DefaultAuthorizations; of: Map<Server, InboundPolicy> }>();
const NO_PROBES: ReadonlySet<string> = new Set();

/** What a Server says for every port that it owns, probes aside: no workload is needed to know it. */
export function policyOfServer(cluster: Cluster, server: Server): InboundPolicy {
  const known = POLICIES.get(cluster) ?? {
    defaults: new DefaultAuthorizations(cluster.config),
    of: new Map(),
  };
  POLICIES.set(cluster, known);
  const policy =
    known.of.get(server) ??
    serverPolicy(server, cluster.policyOf(server.namespace), NO_PROBES, known.defaults);
  known.of.set(server, policy);
  return policy;
}
