import { trafficName, type TrafficRef } from '../../verdict/traffic-ref';
import type { WorkloadPort } from '../../questions/workload-ports';
import { append } from '../../basics/collections';
import { enumerate } from '../../basics/words';
import { portLabel } from '../../cluster/port-classes';
import { workloadKey, type WorkloadId } from '../../cluster/workload';

/** Ports of workloads in one namespace: workloads with the same ports share a phrase. */
export function portWords(ports: readonly WorkloadPort<WorkloadId>[], most = 6): string {
  return grouped(ports, ({ kind, name }) => `${kind}/${name}`)
    .map(({ names, labels }) => `${enumerate(names, most)}: ${labels}`)
    .join('; ');
}

/**
 * Ports of workloads in any namespace.
 *
 * @param example one of the requests, if it is not about all of them
 */
export function qualifiedPortWords(ports: readonly WorkloadPort<WorkloadId>[], example?: string): string {
  return grouped(ports, workloadKey, example)
    .map(({ names, labels }) => `${enumerate(names, 6)} ${labels}`)
    .join('; ');
}

function grouped(
  ports: readonly WorkloadPort<WorkloadId>[],
  nameOf: (workload: WorkloadId) => string,
  example?: string,
): readonly { readonly names: readonly string[]; readonly labels: string }[] {
  const byWorkload = new Map<string, string[]>();
  for (const { workload, ports: own, traffic, isAll } of ports) {
    const name = nameOf(workload);
    const such = example === undefined ? '' : `, such as ${example}`;
    const some =
      isAll || traffic.length === 0 ? '' : ` (only ${enumerate(traffic.map(trafficWord), 3)}${such})`;
    append(byWorkload, name, `${portLabel(own)}${some}`);
  }
  const byPorts = new Map<string, string[]>();
  for (const [name, labels] of byWorkload) {
    const key = enumerate(labels, 8);
    append(byPorts, key, name);
  }
  return [...byPorts].map(([labels, names]) => ({ names, labels }));
}

/** Traffic, as a reader would say it. */
function trafficWord(ref: TrafficRef): string {
  switch (ref.kind) {
    case 'connection':
      return 'non-HTTP connections';
    case 'unmatched':
      return 'requests that no route takes';
    case 'default':
      return 'requests other than probes';
    case 'probe':
      return 'probe requests';
    case 'object':
      return `requests on ${trafficName(ref)}`;
  }
}

/** The ports of a workload, as JSON reports refer to them. */
export function portsJson({ workload, ports }: Pick<WorkloadPort<WorkloadId>, 'workload' | 'ports'>): object {
  return {
    workload: workloadKey(workload),
    port: ports.port,
    ranges: ports.ranges,
    names: ports.names,
    label: portLabel(ports),
  };
}

/** The same with the traffic. */
export function trafficJson(ports: WorkloadPort<WorkloadId>): object {
  return { ...portsJson(ports), traffic: ports.traffic.map(trafficName), allTraffic: ports.isAll };
}
