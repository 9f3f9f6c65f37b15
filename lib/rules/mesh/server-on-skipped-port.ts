import { CONTROL_PORT, SKIP_INBOUND_PORTS } from '../../linkerd/annotations';
import { isControlPortInUse } from '../../cluster/control-port';
import type { Rule } from '../rule';
import { whySkipped } from './skipped-port';
import { allServers, selectedBy } from '../../cluster/inventory';
import { counted, enumerate } from '../../basics/words';
import { label, workloadLabel } from '../../cluster/labels';

export const serverOnSkippedPort: Rule = {
  id: 'server-on-skipped-port',
  severity: 'error',
  title: 'A Server covers a port that bypasses the proxy.',
  check(cluster) {
    return allServers(cluster).flatMap((server) => {
      const bypassed = selectedBy(cluster, server).flatMap((workload) => {
        if (!workload.injection.meshed) return [];
        const { skippedInbound, proxyPorts, portNames } = workload.pod;
        const ports =
          typeof server.port === 'number' ? [server.port] : [...(portNames.get(server.port) ?? [])];
        const { admin, control } = proxyPorts;
        const skipped = ports.filter((port) =>
          port === control
            ? isControlPortInUse(cluster, workload)
            : port !== admin && skippedInbound.has(port),
        );
        return skipped.map((port) => ({ port, workload }));
      });
      const [first] = bypassed;
      if (first === undefined) return [];
      return [
        {
          object: server.source,
          path: ['spec', 'port'],
          text: `${label(cluster, server.source)} does not protect ${counted(
            bypassed.map(({ port }) => port),
            'port',
          )} of ${enumerate(bypassed.map(({ workload }) => workloadLabel(workload)))}: traffic bypasses the proxy because of ${whySkipped(cluster, first.workload, first.port)}, so everyone gets in, without mTLS.`,
          remedy:
            first.port === first.workload.pod.proxyPorts.control
              ? `move the application to another port, or the control port with ${CONTROL_PORT}`
              : `remove the port from ${SKIP_INBOUND_PORTS} (an empty list, "", skips none) and restart the pods`,
        },
      ];
    });
  },
};
