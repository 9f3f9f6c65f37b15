import { counted } from '../basics/words';
import type { Cluster } from '../cluster/cluster';
import { portsDialledFor } from '../cluster/services';
import { workloadKey, type Workload, type WorkloadId } from '../cluster/workload';
import { SKIP_INBOUND_PORTS, SKIP_OUTBOUND_PORTS } from '../linkerd/annotations';
import { parsePortList } from '../linkerd/ports';
import type { ProxyClient } from '../linkerd/client';
import { podAnnotation } from '../cluster/inventory';
import { Whereabouts, whereaboutsOf, whereaboutsOfPeer } from './client-address';

/** A client that is a workload in the manifests, which give its identity and mesh state. */
export interface WorkloadClient {
  readonly workload: WorkloadId;
  readonly ip?: string;
  /** The Service port it dials. @default the ports of all Services in front of the target */
  readonly dialledPort?: number;
}

export type ClientReference = ProxyClient | WorkloadClient;

export interface ResolvedClient extends ProxyClient {
  /** Where it is. */
  readonly place: Whereabouts;
  /** Whether the client is the target pod itself. */
  readonly isTarget: boolean;
  /** How the identity was found or lost. */
  readonly notes: readonly string[];
  /** If it dials one of these ports, its own proxy does not see it, and it has no identity. @default none */
  readonly unseenPorts?: readonly number[];
}

/** What a target's proxy will see of a client (linkerd-policy 3.14); `undefined` if its workload does not exist. */
export function resolveClient(
  cluster: Cluster,
  target: Workload,
  port: number,
  client: ClientReference,
): ResolvedClient | undefined {
  if (!('workload' in client))
    return { ...client, place: whereaboutsOfPeer(cluster, client), isTarget: false, notes: [] };
  const source = cluster.workload(client.workload);
  if (source === undefined) return undefined;
  const dialled = portsDialled(cluster, target, port, client);
  const lost = whyNoIdentity(cluster, source, target, port, dialled);
  const place = client.ip === undefined ? whereaboutsOf(cluster, source) : Whereabouts.at(client.ip);
  const address = { place, ...(place.ip === undefined ? {} : { ip: place.ip }) };
  const isTarget = source === target && target.kind === 'pod';
  if (lost !== undefined || source.identity === undefined) {
    return {
      ...address,
      tls: 'none',
      isTarget,
      notes: [lost ?? 'the client has no mesh identity'],
    };
  }
  const unseen = unseenPorts(source, cluster, dialled);
  return {
    ...address,
    tls: 'mesh',
    identity: source.identity,
    isTarget,
    notes: [],
    ...(unseen.length === 0 ? {} : { unseenPorts: unseen }),
  };
}

function portsDialled(
  cluster: Cluster,
  target: Workload,
  port: number,
  { dialledPort }: WorkloadClient,
): readonly number[] {
  return dialledPort === undefined ? portsDialledFor(cluster, target, port) : [dialledPort];
}

/** Those of some ports that a client dials past its own proxy. */
function unseenPorts(client: Workload, { config }: Cluster, dialled: readonly number[]): readonly number[] {
  const { ports } = parsePortList(podAnnotation(client, SKIP_OUTBOUND_PORTS) ?? config.skipOutboundPorts);
  return dialled.filter((one) => ports.has(one));
}

function whyNoIdentity(
  cluster: Cluster,
  client: Workload,
  target: Workload,
  port: number,
  dialled: readonly number[],
): string | undefined {
  const name = workloadKey(client);
  if (!client.injection.meshed && client.identity === undefined)
    return `${name} is not meshed: ${client.injection.reason}`;
  if (client.controlPlane !== target.controlPlane) return `${name} belongs to another control plane`;
  if (unseenPorts(client, cluster, dialled).length === dialled.length) {
    return `${name} bypasses its own proxy for outbound traffic to ${counted(dialled, 'port')}`;
  }
  if (parsePortList(podAnnotation(target, SKIP_INBOUND_PORTS) ?? '').ports.has(port)) {
    return `the target bypasses its proxy on port ${port}`;
  }
  return undefined;
}
