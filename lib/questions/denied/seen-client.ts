import type { Cluster } from '../../cluster/cluster';
import { objectsOf } from '../../cluster/inventory';
import type { Workload } from '../../cluster/workload';
import { asList, asText, valueAt } from '../../kubernetes/fields';
import type { ProxyClient } from '../../linkerd/client';
import { parseWorkloadIdentity } from '../../linkerd/identity';
import { containsAddress, parseAddress, parseNetwork } from '../../linkerd/network';
import { networksOf } from '../../linkerd/network-match';
import type { SignalClient } from '../../signals/signal';
import { groupBy, oncePer } from '../../basics/collections';
import { headOf, workloadAt } from './seen-target';

/** Who a client is, by the manifests. */
export type Party =
  /** A ServiceAccount of this mesh; `workloads` use it. */
  | {
      readonly who: 'account';
      readonly namespace: string;
      readonly account: string;
      readonly workloads: readonly Workload[];
    }
  /** A ServiceAccount of another trust domain or control plane. */
  | { readonly who: 'foreign'; readonly namespace: string; readonly account: string; readonly mesh: string }
  /** An identity of another form, such as a SPIFFE id; `workloads` have it. */
  | { readonly who: 'identity'; readonly workloads: readonly Workload[] }
  /** A pod of the manifests, or what made it, known by its address alone. */
  | { readonly who: 'pod'; readonly workload: Workload }
  | { readonly who: 'machine'; readonly workload: Workload }
  | { readonly who: 'node'; readonly node: string }
  /** An address of the cluster's networks that no pod and no node of the manifests has. */
  | { readonly who: 'cluster' }
  | { readonly who: 'outside' }
  /** The pod itself, through its own proxy. */
  | { readonly who: 'itself' }
  /** No identity, and the signal does not say from where. */
  | { readonly who: 'unmeshed' }
  /** The signal does not say who it was. */
  | { readonly who: 'unknown' };

export interface SeenParty {
  readonly party: Party;
  /** What the proxy saw; absent if the signal does not say. */
  readonly client?: ProxyClient;
  readonly signal: SignalClient;
}

/** Ties a client to the manifests: an identity to its ServiceAccount, an address to its pod or node. */
export function seenParty(cluster: Cluster, signal: SignalClient): SeenParty {
  const { tls, identity, ip } = signal;
  const address = ip === undefined || parseAddress(ip) === undefined ? {} : { ip };
  if (tls === 'mesh' && identity !== undefined)
    return { party: identified(cluster, identity), client: { tls, identity, ...address }, signal };
  if (tls === 'unknown') {
    const party = address.ip === undefined ? ({ who: 'unknown' } as const) : located(cluster, address.ip);
    return { party, signal };
  }
  const own = tls === 'mesh' ? 'unauthenticated-tls' : tls;
  const client: ProxyClient = { tls: own, ...address };
  if (signal.noTls === 'loopback') return { party: { who: 'itself' }, client, signal };
  if (address.ip === undefined) return { party: { who: 'unmeshed' }, client, signal };
  return { party: located(cluster, address.ip), client, signal };
}

const accountsOf = oncePer((cluster: Cluster) =>
  groupBy(
    cluster.workloads.filter(({ isMadeByInput, identity }) => !isMadeByInput && identity !== undefined),
    ({ identity }) => identity ?? '',
  ),
);

function identified(cluster: Cluster, identity: string): Party {
  const workloads = accountsOf(cluster).get(identity) ?? [];
  const parts = parseWorkloadIdentity(identity);
  if (parts === undefined) return { who: 'identity', workloads };
  const { account, namespace, mesh } = parts;
  const { linkerdNamespace, trustDomain } = cluster.config;
  return mesh === `${linkerdNamespace}.${trustDomain}`
    ? { who: 'account', namespace, account, workloads }
    : { who: 'foreign', namespace, account, mesh };
}

function located(cluster: Cluster, ip: string): Party {
  const workload = workloadAt(cluster, ip);
  if (workload !== undefined)
    return workload.kind === 'externalworkload'
      ? { who: 'machine', workload }
      : { who: 'pod', workload: headOf(cluster, workload) };
  const node = nodeAt(cluster, ip);
  if (node !== undefined) return { who: 'node', node };
  const address = parseAddress(ip);
  const networks = networksOf(cluster.settled.podNetworks ?? cluster.config.clusterNetworks);
  const isInside = address !== undefined && networks.some(({ network }) => containsAddress(network, address));
  return { who: isInside ? 'cluster' : 'outside' };
}

interface Node {
  readonly name: string;
  readonly addresses: ReadonlySet<string>;
  readonly ranges: readonly string[];
}

const nodesOf = oncePer((cluster: Cluster): readonly Node[] =>
  objectsOf(cluster, '', 'Node').map(({ object }) => ({
    name: object.metadata.name,
    addresses: new Set(
      asList(valueAt(object, 'status', 'addresses')).flatMap(
        (entry) => asText(valueAt(entry, 'address')) ?? [],
      ),
    ),
    ranges: [...asList(valueAt(object, 'spec', 'podCIDRs')), valueAt(object, 'spec', 'podCIDR')].flatMap(
      (range) => asText(range) ?? [],
    ),
  })),
);

/** The node that has an address: as one of its own, or as that of the bridge to its pods, the first of their range. */
function nodeAt(cluster: Cluster, ip: string): string | undefined {
  const address = parseAddress(ip);
  if (address === undefined) return undefined;
  const found = nodesOf(cluster).find(
    ({ addresses, ranges }) =>
      addresses.has(ip) ||
      ranges.some((range) => {
        const network = parseNetwork(range);
        return (
          network?.family === address.family &&
          address.value - network.first <= 1n &&
          containsAddress(network, address)
        );
      }),
  );
  if (found !== undefined) return found.name;
  const told = networksOf(cluster.settled.nodeNetworks ?? []);
  return told.some(({ network }) => containsAddress(network, address)) ? 'of --node-networks' : undefined;
}
