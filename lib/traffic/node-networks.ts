import type { Cluster } from '../cluster/cluster';
import { containsNetwork, overlaps, parseAddress, parseNetwork, type Network } from '../linkerd/network';
import { valueAt, asList, asText } from '../kubernetes/fields';
import { objectsOf } from '../cluster/inventory';
import type { NetworkMatch } from '../linkerd/network-match';

/** Pod networks and addresses found in the input, in Nodes and running Pods. */
export function knownPodNetworks(cluster: Cluster): string[] {
  const nodes = objectsOf(cluster, '', 'Node').flatMap(({ object }) => [
    valueAt(object, 'spec', 'podCIDR'),
    ...asList(valueAt(object, 'spec', 'podCIDRs')),
  ]);
  const pods = objectsOf(cluster, '', 'Pod')
    .filter(({ object }) => valueAt(object, 'spec', 'hostNetwork') !== true)
    .flatMap(({ object }) => [
      valueAt(object, 'status', 'podIP'),
      ...asList(valueAt(object, 'status', 'podIPs')).map((entry) => valueAt(entry, 'ip')),
    ]);
  return [...new Set([...nodes, ...pods])].filter((value) => typeof value === 'string');
}

/** Whether a network's name suggests that it holds only nodes, where kubelets probe from. */
export function isNamedForNodes(name: string): boolean {
  return /kubelet|node|probe|health/i.test(name);
}

/** Addresses of the nodes, where kubelets probe from. */
export function nodeAddresses(cluster: Cluster): string[] {
  return objectsOf(cluster, '', 'Node').flatMap(({ object }) =>
    asList(valueAt(object, 'status', 'addresses'))
      .filter((entry) => valueAt(entry, 'type') === 'InternalIP')
      .map((entry) => asText(valueAt(entry, 'address')) ?? '')
      .filter((address) => parseAddress(address) !== undefined),
  );
}

/** Whether the cluster has both IPv4 and IPv6, as far as the input shows. */
export function isDualStack(cluster: Cluster): boolean {
  const services = objectsOf(cluster, '', 'Service').some(
    ({ object }) =>
      asList(valueAt(object, 'spec', 'ipFamilies')).includes('IPv6') ||
      ['PreferDualStack', 'RequireDualStack'].includes(
        asText(valueAt(object, 'spec', 'ipFamilyPolicy')) ?? '',
      ),
  );
  return services || knownPodNetworks(cluster).some((network) => network.includes(':'));
}

/** The networks that lie entirely within a match. */
export function containedIn({ network, except }: NetworkMatch, cidrs: readonly string[]): string[] {
  return cidrs.filter((cidr) => {
    const inner = parseNetwork(cidr);
    return (
      inner !== undefined && containsNetwork(network, inner) && !except.some((hole) => overlaps(hole, inner))
    );
  });
}

export function isEverything(network: Network): boolean {
  return network.first === 0n && network.last >= (1n << (network.family === 4 ? 32n : 128n)) - 1n;
}

export function sizeOf(network: Network): bigint {
  return network.last - network.first + 1n;
}
