import type { Cluster } from '../../cluster/cluster';
import { backendsOf } from '../../cluster/services';
import type { Server } from '../../cluster/server';
import { workloadKey } from '../../cluster/workload';
import type { ProxyProtocolName } from '../../linkerd/protocol';
import { portEvidence } from '../../workloads/port-evidence';
import type { Jail } from '../jail';

/** A protocol that a Server declares: the proxy refuses everything else, in audit mode too (linkerd-policy 8.1). */
export interface DeclaredProtocol {
  readonly server: Server;
  /** What of the manifests says that clients speak something else, in words. */
  readonly conflicts: readonly string[];
}

/** The protocols that are enforced as soon as the manifests are applied, and are not today. */
export function declaredProtocols(
  old: Cluster | undefined,
  now: Cluster,
  { namespace, workloads }: Jail,
): readonly DeclaredProtocol[] {
  const known = new Map(
    old?.policyOf(namespace).servers.map(({ name, protocol, port }) => [name, `${protocol} ${port}`]),
  );
  const servers = now
    .policyOf(namespace)
    .servers.filter(
      ({ name, protocol, port }) => protocol !== 'unknown' && known.get(name) !== `${protocol} ${port}`,
    );
  if (servers.length === 0) return [];
  const conflicts = new Map<Server, Set<string>>();
  const services = now.servicesIn(namespace);
  for (const service of services) {
    for (const { workload, number, servicePort } of backendsOf(now, service)) {
      if (!workloads.includes(workload) || !workload.injection.meshed) continue;
      const server = now.portOwnership(workload).owners.get(number);
      if (server === undefined || !servers.includes(server)) continue;
      const { name } = service.object.metadata;
      for (const { protocol, from } of evidenceOf(name, servicePort)) {
        if (carries(server.protocol, protocol)) continue;
        const found = conflicts.get(server) ?? new Set<string>();
        found.add(
          `port ${servicePort.number} of Service ${name} leads to ${workloadKey(workload)}:${number} and is ${protocol}, by ${from}`,
        );
        conflicts.set(server, found);
      }
    }
  }
  return servers.map((server) => ({ server, conflicts: [...(conflicts.get(server) ?? [])].sort() }));
}

function evidenceOf(
  name: string,
  port: Parameters<typeof portEvidence>[0]['services'][number]['port'],
): ReturnType<typeof portEvidence> {
  return portEvidence({
    number: 0,
    names: [],
    probes: [],
    containers: [],
    services: [{ name, annotations: {}, port }],
    opaquePorts: '',
    defaultOpaquePorts: '',
  });
}

/** Whether a declared protocol carries what clients speak; whatever is opaque is passed on unread. */
function carries(declared: ProxyProtocolName, spoken: ProxyProtocolName): boolean {
  if (declared === spoken || declared === 'opaque' || declared === 'unknown') return true;
  return declared === 'gRPC' ? spoken === 'HTTP/2' : declared === 'HTTP/2' && spoken === 'gRPC';
}
