import type { Cluster } from '../../cluster/cluster';
import type { Server } from '../../cluster/server';
import type { Observation, Rule } from '../rule';
import { selectedBy, workloadsIn } from '../../cluster/inventory';
import { groupBy } from '../../basics/collections';
import { counted, enumerate } from '../../basics/words';
import { label, workloadLabel } from '../../cluster/labels';

export const serverSelectsNothing: Rule = {
  id: 'server-selects-nothing',
  severity: 'warning',
  title: 'A Server selects no workload.',
  check(cluster) {
    const idle = cluster
      .namespaceNames()
      .flatMap((namespace) => cluster.policyOf(namespace).servers)
      .filter((server) => selectedBy(cluster, server).length === 0);
    return [...groupBy(idle, ({ namespace }) => namespace)].flatMap(([namespace, servers]) =>
      workloadsIn(cluster, namespace).length === 0
        ? [noWorkloads(namespace, servers)]
        : servers.map((server) => observe(cluster, server)),
    );
  },
};

/** Policy is often kept apart from workloads: that deserves one note, not one per Server. */
function noWorkloads(namespace: string, servers: readonly Server[]): Observation {
  const [first, ...others] = servers as [Server, ...Server[]];
  const names = servers.map(({ name }) => name);
  return {
    object: first.source,
    also: others.map(({ source }) => source),
    severity: 'info',
    text: `The input has no workload of namespace ${namespace}, so it is unknown whether ${counted(names, 'Server')} ${names.length === 1 ? 'selects what it should' : 'select what they should'}.`,
    remedy: "add the workloads' manifests to have selectors, ports and probes checked",
  };
}

function observe(cluster: Cluster, server: Server): Observation {
  const field = server.selects === 'pods' ? 'podSelector' : 'externalWorkloadSelector';
  const others = workloadsIn(cluster, server.namespace).map(workloadLabel);
  return {
    object: server.source,
    path: ['spec', field],
    text: `${label(cluster, server.source)} selects no workload in its namespace, so it protects and opens nothing: the pods' default policy applies to port ${server.port}.`,
    remedy: `make ${field} match the labels of the right pod template; the namespace has ${enumerate(others)}`,
  };
}
