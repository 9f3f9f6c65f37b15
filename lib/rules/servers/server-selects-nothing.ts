import type { Cluster } from '../../cluster/cluster';
import type { Server } from '../../cluster/server';
import type { Observation, Rule } from '../rule';
import { selectedBy, workloadsIn } from '../../cluster/inventory';
import { groupBy } from '../../basics/collections';
import { enumerate } from '../../basics/words';
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

/** Policy is often kept apart from workloads: that is worth one word, not one for each Server. */
function noWorkloads(namespace: string, servers: readonly Server[]): Observation {
  const [first] = servers as [Server, ...Server[]];
  const names = servers.map(({ name }) => name);
  return {
    object: first.source,
    severity: 'info',
    text: `The input has no workload of namespace ${namespace}, so nobody can say whether ${enumerate(names)} select what they should.`,
    remedy: 'name the manifests of the workloads as well, to have selectors, ports and probes checked',
  };
}

function observe(cluster: Cluster, server: Server): Observation {
  const field = server.selects === 'pods' ? 'podSelector' : 'externalWorkloadSelector';
  const others = workloadsIn(cluster, server.namespace).map(workloadLabel);
  return {
    object: server.source,
    path: ['spec', field],
    text: `${label(cluster, server.source)} selects no workload of its namespace, so it protects and opens nothing: port ${server.port} stays under the default policy of the pods.`,
    remedy: `make ${field} fit the labels of the pod template that is meant; the namespace has ${enumerate(others)}`,
  };
}
