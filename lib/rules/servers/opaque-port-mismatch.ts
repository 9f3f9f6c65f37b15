import { OPAQUE_PORTS } from '../../linkerd/annotations';
import { parsePortList } from '../../linkerd/ports';
import { asTextMap } from '../../kubernetes/fields';
import { templateOf } from '../../cluster/workload';
import type { Rule } from '../rule';
import { allWorkloads, podAnnotation } from '../../cluster/inventory';
import { quote } from '../../basics/words';
import { label, workloadLabel } from '../../cluster/labels';

export const opaquePortMismatch: Rule = {
  id: 'opaque-port-mismatch',
  severity: 'error',
  title: 'A port is opaque to its clients but not to its Server.',
  check(cluster) {
    return allWorkloads(cluster).flatMap((workload) => {
      const text = podAnnotation(workload, OPAQUE_PORTS) ?? '';
      const opaque = parsePortList(text).ports;
      if (!workload.injection.meshed || opaque.isEmpty) return [];
      return [...cluster.portOwnership(workload).owners].flatMap(([port, server]) => {
        if (!opaque.has(port) || server.protocol === 'opaque' || server.protocol === 'TLS') return [];
        const isHttp = server.protocol !== 'unknown';
        const effect = isHttp
          ? 'Its clients send opaque traffic, which the Server refuses: nobody with a mesh identity gets in'
          : 'The Server overrides that: in a server-first protocol the proxy waits 10 s for bytes that never come, and unmeshed clients are cut off';
        return [
          {
            object: server.source,
            path: ['spec', 'proxyProtocol'],
            severity: isHttp ? 'error' : 'warning',
            text: `${label(cluster, server.source)} has proxyProtocol ${server.protocol}, but port ${port} of ${workloadLabel(workload)} is opaque because of ${origin(workload, text)}. ${effect}.`,
            remedy: isHttp
              ? `remove ${port} from ${OPAQUE_PORTS}, or set proxyProtocol: opaque`
              : 'set proxyProtocol: opaque (or TLS) if the port does not speak HTTP; otherwise remove the port from the annotation',
          },
        ];
      });
    });

    function origin(workload: Parameters<typeof podAnnotation>[0], text: string): string {
      const written = asTextMap(templateOf(workload.source).metadata.annotations);
      const inherited = cluster.namespaceMeta(workload.namespace).annotations;
      return Object.hasOwn(written, OPAQUE_PORTS) || Object.hasOwn(inherited, OPAQUE_PORTS)
        ? `${OPAQUE_PORTS}: ${quote(text)}`
        : `Helm's proxy.opaquePorts, which the injector writes on the pod (${OPAQUE_PORTS}: ${quote(text)})`;
    }
  },
};
