import type { Cluster } from '../../cluster/cluster';
import type { Server } from '../../cluster/server';
import type { Workload } from '../../cluster/workload';
import { PROXY_PORT_NAMES, PROXY_PORTS } from '../../linkerd/ports';
import { valueAt, asFields, asList } from '../../kubernetes/fields';
import type { Rule } from '../rule';
import { allServers, selectedBy } from '../../cluster/inventory';
import { enumerate } from '../../basics/words';
import { label, workloadLabel } from '../../cluster/labels';

const OF_THE_PROXY: readonly (string | number)[] = [
  ...Object.values(PROXY_PORT_NAMES),
  ...Object.values(PROXY_PORTS),
];

export const serverPortPartial: Rule = {
  id: 'server-port-partial',
  severity: 'info',
  title: 'A Server selects a workload that does not have its port.',
  check(cluster) {
    return allServers(cluster).flatMap((server) => {
      const { with: having, without } = split(cluster, server);
      if (having.length === 0 || without.length === 0 || !isChosen(server)) return [];
      const lacking = enumerate(without.map(workloadLabel));
      return [
        {
          object: server.source,
          path: ['spec', server.selects === 'pods' ? 'podSelector' : 'externalWorkloadSelector'],
          text: `${label(cluster, server.source)} also selects ${lacking}, but only ${enumerate(having.map(workloadLabel))} ${having.length === 1 ? 'declares' : 'declare'} port ${server.port}. On ${lacking}, the Server ${typeof server.port === 'string' ? 'has no effect' : 'governs an undeclared port'}.`,
          remedy: `nothing, if this is intended; otherwise exclude ${lacking} with the selector, or declare the port there`,
        },
      ];
    });
  },
};

function split(cluster: Cluster, server: Server): { with: Workload[]; without: Workload[] } {
  const selected = OF_THE_PROXY.includes(server.port) ? [] : selectedBy(cluster, server);
  const declares = ({ pod }: Workload): boolean =>
    typeof server.port === 'string'
      ? pod.portNames.has(server.port)
      : pod.ports.some(({ number }) => number === server.port);
  return { with: selected.filter(declares), without: selected.filter((workload) => !declares(workload)) };
}

/** A selector for every pod does not claim that every pod has the port. */
function isChosen({ source, selects }: Server): boolean {
  const selector = valueAt(
    source.object,
    'spec',
    selects === 'pods' ? 'podSelector' : 'externalWorkloadSelector',
  );
  const labels = Object.keys(asFields(valueAt(selector, 'matchLabels')));
  return labels.length + asList(valueAt(selector, 'matchExpressions')).length > 0;
}
