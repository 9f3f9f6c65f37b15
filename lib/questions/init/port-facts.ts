import type { Cluster } from '../../cluster/cluster';
import type { Backend } from '../../cluster/services';
import { containersOf, templateOf, type Workload } from '../../cluster/workload';
import { asTextMap, ownValue } from '../../kubernetes/fields';
import { OPAQUE_PORTS, SKIP_INBOUND_PORTS } from '../../linkerd/annotations';
import { parsePortList } from '../../linkerd/ports';
import { kubeletProbes } from '../../workloads/kubelet-probes';
import { mainContainer } from '../../workloads/containers';
import { portEvidence } from '../../workloads/port-evidence';
import type { Evidence } from '../../workloads/protocol';
import { templatePorts, type TemplatePort } from '../../workloads/template-ports';
import type { OutsideClient } from './outside-client';

/** Everything the manifests say about one port of a workload. */
export interface PortFacts extends TemplatePort {
  readonly workload: Workload;
  /** Services that lead to it. */
  readonly backends: readonly Backend[];
  readonly admissions: readonly OutsideClient[];
  /** Whether a workload in the same namespace is configured to call this very port. */
  readonly isCalledByPeers: boolean;
}

interface Found {
  readonly backends: readonly Backend[];
  readonly admissions: readonly OutsideClient[];
  readonly calledByPeers: ReadonlySet<number>;
}

/** The ports a workload declares or others name, sorted by number. */
export function portFacts(
  cluster: Cluster,
  workload: Workload,
  { backends, admissions, calledByPeers }: Found,
): PortFacts[] {
  const ofProxy: readonly number[] = Object.values(workload.pod.proxyPorts);
  // Linkerd lets in no probe of an opaque port by itself, nor any where the mesh has no networks for them
  const opaque = parsePortList(inherited(cluster, workload, OPAQUE_PORTS) ?? '').ports;
  const probed = kubeletProbes(containersOf(workload)).filter(
    ({ port }) => cluster.config.probeNetworks.length === 0 || opaque.has(port),
  );
  const named = [
    ...[...backends, ...admissions].map(({ number }) => number),
    ...probed.map(({ port }) => port),
  ];
  return templatePorts(containersOf(workload), mainContainer(templateOf(workload.source)), named)
    .filter(({ number }) => !ofProxy.includes(number))
    .map((port) => ({
      ...port,
      workload,
      backends: backends.filter(({ number }) => number === port.number),
      admissions: admissions.filter(({ number }) => number === port.number),
      isCalledByPeers: calledByPeers.has(port.number),
    }));
}

/** Evidence for the port's protocol. */
export function evidenceOf(cluster: Cluster, facts: PortFacts): Evidence[] {
  const services = facts.backends.map(({ service: { object }, servicePort }) => ({
    name: object.metadata.name,
    annotations: asTextMap(object.metadata.annotations),
    port: servicePort,
  }));
  const opaquePorts = inherited(cluster, facts.workload, OPAQUE_PORTS);
  const { opaquePorts: defaultOpaquePorts } = cluster.config;
  return [
    ...portEvidence({ ...facts, services, opaquePorts, defaultOpaquePorts }),
    ...facts.admissions.flatMap(({ evidence }) => evidence ?? []),
  ];
}

/** Whether connections to the port bypass the proxy. */
export function isSkipped(cluster: Cluster, { workload, number }: PortFacts): boolean {
  const list = inherited(cluster, workload, SKIP_INBOUND_PORTS) ?? cluster.config.skipInboundPorts;
  return parsePortList(list).ports.has(number);
}

/** An annotation of the pod as it will be once injected. */
export function inherited(cluster: Cluster, workload: Workload, key: string): string | undefined {
  const own = asTextMap(templateOf(workload.source).metadata.annotations);
  return ownValue(own, key) ?? ownValue(cluster.namespaceMeta(workload.namespace).annotations, key);
}
