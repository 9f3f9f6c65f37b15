import { ANYONE, type ClientAuthorization } from '../../cluster/client-authorization';
import type { Cluster } from '../../cluster/cluster';
import { overlaps, parseNetwork } from '../../linkerd/network';
import { valueAt, asList, inWords } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import { applicationServers, effectivePolicies } from '../effective-policies';
import {
  containedIn,
  isEverything,
  isNamedForNodes,
  knownPodNetworks,
  sizeOf,
} from '../../traffic/node-networks';
import type { Observation, Rule } from '../rule';
import { enumerate } from '../../basics/words';
import type { NetworkMatch } from '../../linkerd/network-match';
import { label } from '../../cluster/labels';

/** A network this large is unlikely to hold only nodes. */
const MANY = 65_536n;

export const networkContainsPods: Rule = {
  id: 'network-contains-pods',
  severity: 'error',
  title: "A network that gets in without an identity contains the cluster's pods.",
  check(cluster) {
    const seen = new Set<string>();
    return effectivePolicies(cluster).flatMap((policy) => {
      const servers = applicationServers(cluster, policy);
      if (servers.length === 0) return [];
      return networkSources(policy.authorization).flatMap((source) => {
        const key = label(cluster, source);
        if (seen.has(key)) return [];
        seen.add(key);
        return observe(cluster, source, policy.authorization, enumerate(servers.map(({ name }) => name)));
      });
    });
  },
};

function networkSources({ authentication: admits, via }: ClientAuthorization): SourceObject[] {
  return admits.kind === ANYONE.kind
    ? via.filter(({ object }) => object.kind === 'NetworkAuthentication')
    : [];
}

function observe(
  cluster: Cluster,
  source: SourceObject,
  { networks }: ClientAuthorization,
  servers: string,
): Observation[] {
  const isForNodes = isNamedForNodes(source.object.metadata.name);
  return networks.flatMap((item, index): Observation[] => {
    if (isEverything(item.network) && !isForNodes) return []; // openly everyone: left to unauthenticated-port
    const pods = podsIn(cluster, item);
    const suspicious = isForNodes && isLarge(cluster, item);
    if (pods.length === 0 && !suspicious) return [];
    const cidr = inWords(valueAt(asList(valueAt(source.object, 'spec', 'networks'))[index], 'cidr'));
    return [
      {
        object: source,
        path: ['spec', 'networks', index, 'cidr'],
        severity: pods.length > 0 ? 'error' : 'warning',
        text:
          pods.length > 0
            ? `${label(cluster, source)} lets ${cidr} into ${servers} without an identity, but that network contains pods (${enumerate(pods, 4)}): every pod without a proxy gets in.`
            : `${label(cluster, source)} lets ${cidr} into ${servers} without an identity. That is ${sizeOf(item.network)} addresses inside the cluster's networks, too many for nodes alone: if pods are among them, every pod without a proxy gets in.`,
        remedy:
          'list only the addresses of the nodes, and exclude the pod network with except; for probes, target an HTTPRoute for their path instead of the Server',
      },
    ];
  });
}

function podsIn(cluster: Cluster, item: NetworkMatch): string[] {
  return [
    ...containedIn(item, knownPodNetworks(cluster)),
    ...containedIn(item, cluster.config.clusterNetworks),
  ];
}

function isLarge({ config }: Cluster, { network }: NetworkMatch): boolean {
  const inside = config.clusterNetworks.map(parseNetwork).some((known) => known && overlaps(known, network));
  return network.family === 4 && inside && sizeOf(network) >= MANY;
}
