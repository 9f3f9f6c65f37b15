import { CONTROL_PORT, SKIP_INBOUND_PORTS, SKIP_SUBNETS } from '../../linkerd/annotations';
import { asTextMap } from '../../kubernetes/fields';
import { templateOf, templatePath } from '../../cluster/workload';
import type { Cluster } from '../../cluster/cluster';
import { isControlPortInUse } from '../../cluster/control-port';
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
      .flatMap((workload) => [
        ...observe(cluster, workload),
        ...observeSubnets(cluster, workload),
        ...observeControlPort(cluster, workload),
      ]);
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

function observeSubnets(cluster: Cluster, workload: Workload): Observation[] {
  if (workload.pod.settings.skippedSubnets.length === 0) return [];
  const written = podAnnotation(workload, SKIP_SUBNETS);
  const { skipSubnets } = cluster.config;
  const why =
    written === undefined
      ? `Helm's proxyInit.skipSubnets: ${quote(skipSubnets)}`
      : `${SKIP_SUBNETS}: ${quote(written)}`;
  return [
    {
      ...place(cluster, workload, SKIP_SUBNETS),
      text: `Clients from ${quote(written ?? skipSubnets)} reach every port of ${workloadLabel(workload)} past its proxy because of ${why}: no policy applies to them and there is no mTLS.`,
      remedy: `take the networks out of ${SKIP_SUBNETS} (an empty list, "", skips none) and restart the pods, or restrict them with a NetworkPolicy`,
    },
  ];
}

function observeControlPort(cluster: Cluster, workload: Workload): Observation[] {
  const { control } = workload.pod.proxyPorts;
  // A port with a Server is found by server-on-skipped-port.
  const hasServer = cluster.portOwnership(workload).owners.has(control);
  if (hasServer || !isControlPortInUse(cluster, workload)) return [];
  return [
    {
      ...place(cluster, workload, CONTROL_PORT),
      text: `Port ${control} of ${workloadLabel(workload)} is the control port of Linkerd's proxy, whose traffic always bypasses the proxy: no policy applies and there is no mTLS, for every client.`,
      remedy: `move the application to another port, or the control port with ${CONTROL_PORT}`,
    },
  ];
}

function place(
  cluster: Cluster,
  workload: Workload,
  key: string = SKIP_INBOUND_PORTS,
): Pick<Observation, 'object' | 'path'> {
  const path = ['metadata', 'annotations', key];
  const isOwn = Object.hasOwn(asTextMap(templateOf(workload.source).metadata.annotations), key);
  const namespace = cluster.namespaceObject(workload.namespace);
  const isInherited = !isOwn && podAnnotation(workload, key) !== undefined;
  return isInherited && namespace !== undefined
    ? { object: namespace, path }
    : { object: workload.source, path: [...templatePath(workload), ...path] };
}

/** What makes a port of a workload bypass the proxy. */
export function whySkipped(cluster: Cluster, workload: Workload, port?: number): string {
  if (port === workload.pod.proxyPorts.control) return `its being the control port of Linkerd's proxy`;
  const written = podAnnotation(workload, SKIP_INBOUND_PORTS);
  return written === undefined
    ? `Helm's default proxyInit.ignoreInboundPorts: ${quote(cluster.config.skipInboundPorts)}`
    : `${SKIP_INBOUND_PORTS}: ${quote(written)}`;
}
