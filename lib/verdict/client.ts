import { counted } from '../basics/words';
import type { Cluster } from '../cluster/cluster';
import { isTcp } from '../cluster/pod-surface';
import { isHeadless, targetPortOf } from '../cluster/service-ports';
import { workloadKey, type Workload, type WorkloadId } from '../cluster/workload';
import { SKIP_INBOUND_PORTS, SKIP_OUTBOUND_PORTS, SKIP_SUBNETS } from '../linkerd/annotations';
import { parsePortList, isPortNumber } from '../linkerd/ports';
import { matchesSelector } from '../kubernetes/selector';
import { valueAt, isFields, asList, asText, asTextMap } from '../kubernetes/fields';
import type { ProxyClient } from '../linkerd/client';

/** A client that is a workload of the manifests: its identity and mesh state come from there. */
export interface WorkloadClient {
  readonly workload: WorkloadId;
  readonly ip?: string;
  /** The Service port that it dials. @default the ports of all Services in front of the target */
  readonly dialledPort?: number;
}

export type ClientReference = ProxyClient | WorkloadClient;

export interface ResolvedClient extends ProxyClient {
  /** The very pod that is the target. */
  readonly isTarget: boolean;
  /** How the identity was found or lost. */
  readonly notes: readonly string[];
}

/** What a target's proxy will see of a client (linkerd-policy 3.14); `undefined` if its workload is not there. */
export function resolveClient(
  cluster: Cluster,
  target: Workload,
  port: number,
  client: ClientReference,
): ResolvedClient | undefined {
  if (!('workload' in client)) return { ...client, isTarget: false, notes: [] };
  const source = cluster.workload(client.workload);
  if (source === undefined) return undefined;
  const lost = whyNoIdentity(cluster, source, target, port, client.dialledPort);
  const ip = client.ip ?? externalAddress(source);
  const address = ip === undefined ? {} : { ip };
  const isTarget = source === target && target.kind === 'pod';
  const notes = subnetNote(source);
  if (lost !== undefined || source.identity === undefined) {
    return {
      ...address,
      tls: 'none',
      isTarget,
      notes: [lost ?? 'the client has no mesh identity', ...notes],
    };
  }
  return { ...address, tls: 'mesh', identity: source.identity, isTarget, notes };
}

function whyNoIdentity(
  cluster: Cluster,
  client: Workload,
  target: Workload,
  port: number,
  dialledPort?: number,
): string | undefined {
  const name = workloadKey(client);
  if (!client.injection.meshed) return `${name} is not meshed: ${client.injection.reason}`;
  if (client.controlPlane !== target.controlPlane) return `${name} belongs to another control plane`;
  const skipped = portAnnotation(client, SKIP_OUTBOUND_PORTS) ?? cluster.config.skipOutboundPorts;
  const skippedPorts = parsePortList(skipped).ports;
  const dialled = dialledPort === undefined ? dialledPorts(cluster, target, port) : [dialledPort];
  if (dialled.every((candidate) => skippedPorts.has(candidate))) {
    return `${name} skips its proxy on the way out to ${counted(dialled, 'port')}`;
  }
  if (parsePortList(portAnnotation(target, SKIP_INBOUND_PORTS) ?? '').ports.has(port)) {
    return `the target skips its proxy on port ${port}`;
  }
  return undefined;
}

/** The ports under which clients dial a target port: those of the Services in front of it, else itself. */
function dialledPorts(cluster: Cluster, target: Workload, port: number): number[] {
  const dialled = new Set<number>();
  for (const { object } of cluster.servicesIn(target.namespace)) {
    const selector = valueAt(object, 'spec', 'selector');
    if (!isFields(selector) || Object.keys(selector).length === 0) continue;
    if (!matchesSelector({ matchLabels: asTextMap(selector) }, target.pod.labels)) continue;
    for (const entry of asList(valueAt(object, 'spec', 'ports'))) {
      const number = valueAt(entry, 'port');
      if (!isPortNumber(number) || !isTcp(entry)) continue;
      const targetPort = targetPortOf(entry);
      const numbers =
        typeof targetPort === 'string' ? (target.pod.portNames.get(targetPort) ?? []) : [targetPort];
      if ([...numbers].includes(port)) dialled.add(isHeadless(object) ? port : number);
    }
  }
  return dialled.size === 0 ? [port] : [...dialled].sort((a, b) => a - b);
}

function subnetNote(client: Workload): string[] {
  const subnets = portAnnotation(client, SKIP_SUBNETS);
  if (subnets === undefined) return [];
  return [`${workloadKey(client)} skips its proxy towards ${subnets}: there it shows no identity`];
}

function portAnnotation({ pod }: Workload, key: string): string | undefined {
  return Object.hasOwn(pod.annotations, key) ? pod.annotations[key] : undefined;
}

/** The address of a machine outside the cluster stands in its ExternalWorkload. */
function externalAddress({ kind, source }: Workload): string | undefined {
  if (kind !== 'externalworkload') return undefined;
  return asText(valueAt(asList(valueAt(source.object, 'spec', 'workloadIPs'))[0], 'ip'));
}
