import type { Cluster } from '../../cluster/cluster';
import { namespaceOf } from '../../cluster/inventory';
import { workloadLabel } from '../../cluster/labels';
import { objectPath } from '../../kubernetes/object';
import { formatExceptionTerms } from '../../linkerd/exception-terms';
import { PortSet } from '../../linkerd/ports';
import { trafficName } from '../../verdict/traffic-ref';
import { append, memoized } from '../../basics/collections';
import type { WorkloadPort } from '../workload-ports';
import type { AcceptedOpening, AcceptedPorts } from './baseline';
import { coveringTerms } from './exception';
import { waysIn } from './outcome';
import type { JailSurface } from './jail-surface';

/** What is written of an entry; its place is where it will be read. */
export type NewEntry = Pick<AcceptedOpening, 'object' | 'clients' | 'ports'>;

/** Entries that accept every way in as it is now: one for each object and its clients. */
export function newEntries(cluster: Cluster, surfaces: readonly JailSurface[]): readonly NewEntry[] {
  const entries = new Map<string, { object: string; clients: string; ports: WorkloadPort[] }>();
  // Pods that are only supposed for a policy have no name to accept ports of.
  const real = surfaces.filter(({ byPolicyAlone }) => !byPolicyAlone);
  for (const way of waysIn(real).flatMap((one) => one.parts ?? [one])) {
    const { source } = way.blame;
    if (source === undefined) continue;
    const object = objectPath(source, namespaceOf(cluster, source));
    const clients = formatExceptionTerms(coveringTerms(way.clients, cluster.config));
    const entry = memoized(entries, `${object} ${clients}`, () => ({ object, clients, ports: [] }));
    entry.ports.push(...way.ports);
  }
  return [...entries.values()].map(({ ports, ...entry }) => ({ ...entry, ports: acceptedPorts(ports) }));
}

/** Ports of one workload and one kind of traffic together. */
function acceptedPorts(all: readonly WorkloadPort[]): AcceptedPorts[] {
  const groups = new Map<string, PortSet[]>();
  const parts = new Map<string, Omit<AcceptedPorts, 'ports'>>();
  for (const { workload, ports, traffic, isAll } of all) {
    for (const name of isAll ? [undefined] : traffic.map(trafficName)) {
      const part = { workload: workloadLabel(workload), ...(name === undefined ? {} : { traffic: name }) };
      const key = `${part.workload} ${name ?? ''}`;
      parts.set(key, part);
      append(groups, key, new PortSet(ports.ranges));
    }
  }
  return [...parts].map(([key, part]) => ({
    ...part,
    ports: PortSet.union(groups.get(key) ?? []).simplified(),
  }));
}
