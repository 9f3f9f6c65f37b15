import { isDefaultPolicy, type DefaultPolicy } from '../linkerd/default-policy';
import { isPortNumber } from '../linkerd/ports';
import { isProxyProtocol, type ProxyProtocolName } from '../linkerd/protocol';
import { matchesSelector, type Labels } from '../kubernetes/selector';
import { valueAt, isFields } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { byAge, createdAt, oldestOf, undatedLast, type Ages } from './object-order';
import { decodeSelector } from './field-decoders';
import type { EffectivePod } from './pod';
import { append } from '../basics/collections';

/** A Server as the policy controller indexes it. */
export interface Server {
  readonly source: SourceObject;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Milliseconds since 1970, or -Infinity without a timestamp. */
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
  /** Of those that may own a port, the first by name. */
  readonly owners: ReadonlyMap<number, Server>;
  /** The Servers that may own a port, where the files leave open which of them is the oldest. */
  readonly candidates: ReadonlyMap<number, readonly Server[]>;
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
export function sortServers(servers: readonly Server[], ages: Ages): Server[] {
  return [...servers].sort(ages === 'index' ? byAge : undatedLast);
}

/** Lets the sorted Servers that select a pod claim its ports: the first one owns a port. */
export function claimPorts(servers: readonly Server[], pod: EffectivePod, ages: Ages): PortOwnership {
  const claims = new Map<number, Server[]>();
  for (const server of servers) for (const port of portsOf(server, pod)) append(claims, port, server);
  const owners = new Map<number, Server>();
  const candidates = new Map<number, readonly Server[]>();
  const shadowed: ShadowedServer[] = [];
  for (const [port, claimants] of claims) {
    const [owner, ...others] = claimants;
    if (owner === undefined) continue;
    owners.set(port, owner);
    const oldest = oldestOf(claimants, ages);
    if (oldest.length > 1) candidates.set(port, oldest);
    for (const server of others) shadowed.push({ port, server, owner, ambiguous: oldest.length > 1 });
  }
  return { owners, candidates, shadowed };
}

function portsOf(server: Server, pod: EffectivePod): Iterable<number> {
  return typeof server.port === 'number' ? [server.port] : (pod.portNames.get(server.port) ?? []);
}
