import { isDefaultPolicy, type DefaultPolicy } from '../linkerd/default-policy';
import { isPortNumber } from '../linkerd/ports';
import { isProxyProtocol, type ProxyProtocolName } from '../linkerd/protocol';
import { matchesSelector, type Labels } from '../kubernetes/selector';
import { valueAt, isFields } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { byAge, createdAt } from './object-order';
import { decodeSelector } from './field-decoders';
import type { EffectivePod } from './pod';

/** A Server as the policy controller indexes it. */
export interface Server {
  readonly source: SourceObject;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Milliseconds since 1970, or -Infinity: without a timestamp it counts as the oldest. */
  readonly createdAt: number;
  readonly selects: 'pods' | 'external-workloads';
  readonly port: number | string;
  readonly protocol: ProxyProtocolName;
  /** `undefined` if an unknown value got past the webhook; it admits nobody. */
  readonly accessPolicy: DefaultPolicy | undefined;
  readonly matches: (labels: Labels) => boolean;
}

/** A Server that would own a port if there were no older one (linkerd-policy 3.5). */
export interface ShadowedServer {
  readonly port: number;
  readonly server: Server;
  readonly owner: Server;
  /** Whether the files leave open which of the two is older. */
  readonly ambiguous: boolean;
}

/** Which Servers own which ports of a workload. */
export interface PortOwnership {
  readonly owners: ReadonlyMap<number, Server>;
  readonly shadowed: readonly ShadowedServer[];
}

/** Reads a Server in its stored form; `undefined` if the controller could not decode it. */
export function decodeServer(source: SourceObject, namespace: string): Server | undefined {
  const { metadata } = source.object;
  const spec = source.object.spec;
  if (!isFields(spec)) return undefined;
  const selects = isFields(spec.podSelector) ? 'pods' : 'external-workloads';
  const selector = decodeSelector(selects === 'pods' ? spec.podSelector : spec.externalWorkloadSelector);
  const protocol = spec.proxyProtocol ?? 'unknown';
  const port = spec.port;
  if (selector === undefined || !isProxyProtocol(protocol)) return undefined;
  if (!isPortNumber(port) && typeof port !== 'string') return undefined;
  const accessPolicy = valueAt(spec, 'accessPolicy') ?? 'deny';
  return {
    source,
    name: metadata.name,
    namespace,
    labels: metadata.labels ?? {},
    createdAt: createdAt(metadata),
    selects,
    port,
    protocol,
    accessPolicy: isDefaultPolicy(accessPolicy) ? accessPolicy : undefined,
    matches: (labels) => matchesSelector(selector, labels),
  };
}

/** Oldest first, then by name: the order in which Servers claim ports. */
export function sortServers(servers: readonly Server[]): Server[] {
  return [...servers].sort(byAge);
}

/** Lets the sorted Servers that select a pod claim its ports: the first one owns a port. */
export function claimPorts(servers: readonly Server[], pod: EffectivePod): PortOwnership {
  const owners = new Map<number, Server>();
  const shadowed: ShadowedServer[] = [];
  for (const server of servers) {
    for (const port of portsOf(server, pod)) {
      const owner = owners.get(port);
      if (owner === undefined) owners.set(port, server);
      else shadowed.push({ port, server, owner, ambiguous: isAmbiguous(server, owner) });
    }
  }
  return { owners, shadowed };
}

function portsOf(server: Server, pod: EffectivePod): Iterable<number> {
  return typeof server.port === 'number' ? [server.port] : (pod.portNames.get(server.port) ?? []);
}

/** With equal timestamps the cluster, too, decides by name; absent ones are set only by the cluster. */
function isAmbiguous(a: Server, b: Server): boolean {
  return !Number.isFinite(a.createdAt) || !Number.isFinite(b.createdAt);
}
