import { SKIP_INBOUND_PORTS } from '../../linkerd/annotations';
import { asTextMap } from '../../kubernetes/fields';
import { templateOf, templatePath } from '../../cluster/workload';
import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import type { Observation, Rule } from '../rule';
import { allWorkloads, isPoliced, podAnnotation } from '../../cluster/inventory';
import { counted, quote } from '../../basics/words';
import { workloadLabel } from '../../cluster/labels';

export const skippedPort: Rule = {
  id: 'skipped-port',
  severity: 'warning',
  title: 'A port in a namespace that policy should protect bypasses the proxy.',
  check(cluster) {
    return allWorkloads(cluster)
      .filter(({ namespace, injection }) => injection.meshed && isPoliced(cluster, namespace))
      .flatMap((workload) => observe(cluster, workload));
  },
};

function observe(cluster: Cluster, workload: Workload): Observation[] {
  const { owners } = cluster.portOwnership(workload);
  const { pod } = workload;
  const written = podAnnotation(workload, SKIP_INBOUND_PORTS);
  const declared = pod.ports.map(({ number }) => number);
  // server-on-skipped-port finds ports with a Server; Helm's default list matters only for declared ports.
  const ports = declared.filter((port) => pod.skippedInbound.has(port) && !owners.has(port));
  const isByList = written !== undefined && !pod.skippedInbound.isEmpty;
  const isOwned = [...owners.keys()].some((port) => pod.skippedInbound.has(port));
  if (ports.length === 0 && (!isByList || isOwned)) return [];
  const which = ports.length === 0 ? `ports ${pod.skippedInbound.toString()}` : counted(ports, 'port');
  return [
    {
      ...place(cluster, workload),
      text: `Traffic to ${which} of ${workloadLabel(workload)} bypasses the proxy because of ${whySkipped(cluster, workload)}: no policy applies and there is no mTLS, whoever the client is.`,
      remedy: `remove the port from ${SKIP_INBOUND_PORTS} (an empty list, "", skips none) and restart the pods, or restrict it with a NetworkPolicy`,
    },
  ];
}

function place(cluster: Cluster, workload: Workload): Pick<Observation, 'object' | 'path'> {
  const path = ['metadata', 'annotations', SKIP_INBOUND_PORTS];
  const isOwn = Object.hasOwn(
    asTextMap(templateOf(workload.source).metadata.annotations),
    SKIP_INBOUND_PORTS,
  );
  const namespace = cluster.namespaceObject(workload.namespace);
  const isInherited = !isOwn && podAnnotation(workload, SKIP_INBOUND_PORTS) !== undefined;
  return isInherited && namespace !== undefined
    ? { object: namespace, path }
    : { object: workload.source, path: [...templatePath(workload), ...path] };
}

/** The list that makes ports of a workload bypass the proxy. */
export function whySkipped(cluster: Cluster, workload: Workload): string {
  const written = podAnnotation(workload, SKIP_INBOUND_PORTS);
  return written === undefined
    ? `Helm's default proxyInit.ignoreInboundPorts: ${quote(cluster.config.skipInboundPorts)}`
    : `${SKIP_INBOUND_PORTS}: ${quote(written)}`;
}
