import { enumerate } from '../../basics/words';
import { portLabel, type PortClass } from '../../cluster/port-classes';
import { workloadKey, type WorkloadId } from '../../cluster/workload';

/** A port of a workload, or several that nothing tells apart. */
export interface PortsOf {
  readonly workload: WorkloadId;
  readonly ports: PortClass;
}

/** Some traffic of such a port. */
export interface TrafficOf extends PortsOf {
  /** Names of the traffic classes that it is about. */
  readonly traffic: readonly string[];
  /** Whether that is everything that the port takes. */
  readonly isAll: boolean;
}

/** Ports of workloads of one namespace: those with the same ports in one phrase. */
export function portWords(ports: readonly TrafficOf[], most = 6): string {
  return grouped(ports, ({ kind, name }) => `${kind}/${name}`)
    .map(({ names, labels }) => `${enumerate(names, most)}: ${labels}`)
    .join('; ');
}

/** Ports of workloads of any namespace. */
export function qualifiedPortWords(ports: readonly TrafficOf[]): string {
  return grouped(ports, workloadKey)
    .map(({ names, labels }) => `${enumerate(names, 6)} ${labels}`)
    .join('; ');
}

function grouped(
  ports: readonly TrafficOf[],
  nameOf: (workload: WorkloadId) => string,
): readonly { readonly names: readonly string[]; readonly labels: string }[] {
  const byWorkload = new Map<string, string[]>();
  for (const { workload, ports: own, traffic, isAll } of ports) {
    const name = nameOf(workload);
    const some = isAll || traffic.length === 0 ? '' : ` (only ${enumerate(traffic.map(trafficWord), 3)})`;
    byWorkload.set(name, [...(byWorkload.get(name) ?? []), `${portLabel(own)}${some}`]);
  }
  const byPorts = new Map<string, string[]>();
  for (const [name, labels] of byWorkload) {
    const key = enumerate(labels, 8);
    byPorts.set(key, [...(byPorts.get(key) ?? []), name]);
  }
  return [...byPorts].map(([labels, names]) => ({ names, labels }));
}

/** Names of traffic classes as a reader would say them. */
function trafficWord(name: string): string {
  if (name === 'connection') return 'connections that are not HTTP';
  if (name === 'default/default') return 'requests that no probe makes';
  return name === 'default/probe' ? 'requests of probes' : `requests of ${name}`;
}

/** The ports of a workload as JSON reports name them. */
export function portsJson({ workload, ports }: PortsOf): object {
  return {
    workload: workloadKey(workload),
    port: ports.port,
    ranges: ports.ranges,
    names: ports.names,
    label: portLabel(ports),
  };
}

/** The same with the traffic. */
export function trafficJson(ports: TrafficOf): object {
  return { ...portsJson(ports), traffic: ports.traffic, allTraffic: ports.isAll };
}
