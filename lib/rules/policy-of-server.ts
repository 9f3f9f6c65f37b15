import { DefaultGrants } from '../cluster/client-authorization';
import type { Cluster } from '../cluster/cluster';
import { serverPolicy, type PortPolicy } from '../cluster/inbound-policy';
import type { Server } from '../cluster/server';

const POLICIES = new WeakMap<Cluster, { defaults: DefaultGrants; of: Map<Server, PortPolicy> }>();
const NO_PROBES: ReadonlySet<string> = new Set();

/** What a Server says for every port that it owns, probes aside: no workload is needed to know it. */
export function policyOfServer(cluster: Cluster, server: Server): PortPolicy {
  const known = POLICIES.get(cluster) ?? { defaults: new DefaultGrants(cluster.config), of: new Map() };
  POLICIES.set(cluster, known);
  const policy =
    known.of.get(server) ??
    serverPolicy(server, cluster.policyOf(server.namespace), NO_PROBES, known.defaults);
  known.of.set(server, policy);
  return policy;
}
