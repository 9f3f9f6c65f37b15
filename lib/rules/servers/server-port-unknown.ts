import type { Rule } from '../rule';
import { allServers, selectedBy } from '../../cluster/inventory';
import { PROXY_PORT_NAMES } from '../../linkerd/ports';
import { didYouMean, enumerate, quote } from '../../basics/words';
import { label, workloadLabel } from '../../cluster/labels';

const OF_THE_PROXY: readonly string[] = Object.values(PROXY_PORT_NAMES);

export const serverPortUnknown: Rule = {
  id: 'server-port-unknown',
  severity: 'error',
  title: 'A Server names a port that no selected workload declares.',
  check(cluster) {
    return allServers(cluster).flatMap((server) => {
      const { port } = server;
      if (typeof port !== 'string' || /^\d+$/.test(port) || OF_THE_PROXY.includes(port)) return [];
      const selected = selectedBy(cluster, server);
      if (selected.length === 0 || selected.some(({ pod }) => pod.portNames.has(port))) return [];
      const declared = selected.flatMap(({ pod }) => [...pod.portNames.keys()]);
      const known = declared.filter((name) => !OF_THE_PROXY.includes(name));
      return [
        {
          object: server.source,
          path: ['spec', 'port'],
          text: `${label(cluster, server.source)} is for port ${quote(port)}, a name that ${enumerate(selected.map(workloadLabel))} ${selected.length === 1 ? 'does' : 'do'} not declare for TCP, so the Server has no effect and the port keeps the default policy.`,
          remedy: `use ${known.length === 0 ? '' : `a name that a container declares (${enumerate(known)}) or `}the port's number${didYouMean(port, known)}`,
        },
      ];
    });
  },
};
