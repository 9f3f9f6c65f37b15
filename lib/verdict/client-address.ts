import type { Cluster } from '../cluster/cluster';
import { objectsOf } from '../cluster/inventory';
import type { Workload } from '../cluster/workload';
import { asList, asText, valueAt } from '../kubernetes/fields';
import type { ProxyClient } from '../linkerd/client';
import { containsAddress, parseAddress } from '../linkerd/network';
import { networksOf, type NetworkMatch } from '../linkerd/network-match';
import { oncePer } from '../basics/collections';
import { templateOf } from '../cluster/workload';
import { NetworkSet } from '../sets/network-set';

/** Where a client is: at one of these addresses. */
export class Whereabouts {
  private constructor(
    public readonly addresses: NetworkSet,
    public readonly ip?: string,
  ) {}

  public static at(ip: string): Whereabouts {
    const address = parseAddress(ip);
    const set = address === undefined ? NetworkSet.NONE : NetworkSet.at(address);
    return new Whereabouts(set, ip);
  }

  /** An empty set says nothing, so it is taken for any address. */
  public static somewhereIn(addresses: NetworkSet): Whereabouts {
    return new Whereabouts(addresses.isEmpty ? NetworkSet.ALL : addresses);
  }

  /** Those of its possible addresses that are in a list of networks. */
  public within(items: readonly NetworkMatch[]): NetworkSet {
    if (this.ip === undefined) return networkSetOf(items).and(this.addresses);
    const address = parseAddress(this.ip);
    if (address === undefined) return NetworkSet.NONE;
    const isIn = items.some(
      ({ network, except }) =>
        containsAddress(network, address) && !except.some((hole) => containsAddress(hole, address)),
    );
    return isIn ? this.addresses : NetworkSet.NONE;
  }

  /** Its possible addresses without some. */
  public outside(addresses: NetworkSet): Whereabouts {
    return new Whereabouts(this.addresses.minus(addresses));
  }
}

const networkSetOf = oncePer<readonly NetworkMatch[], NetworkSet>((items) => NetworkSet.fromItems(items));

function setOf(texts: readonly string[]): NetworkSet {
  return NetworkSet.fromItems(networksOf(texts));
}

/** Where pods and nodes can be. */
interface Places {
  readonly pods: NetworkSet;
  /** Empty if nothing is known of them. */
  readonly nodes: NetworkSet;
  readonly cluster: NetworkSet;
}

const placesOf = oncePer((cluster: Cluster): Places => {
  const nodes = objectsOf(cluster, '', 'Node').map(({ object }) => object);
  const ranges = nodes.map(({ spec }) => {
    const all = asList(valueAt(spec, 'podCIDRs'));
    return [...all, valueAt(spec, 'podCIDR')].flatMap((range) => asText(range) ?? []);
  });
  const addresses = nodes.flatMap(({ status }) =>
    asList(valueAt(status, 'addresses')).flatMap((entry) => {
      const text = asText(valueAt(entry, 'address'));
      return text === undefined || parseAddress(text) === undefined ? [] : [text];
    }),
  );
  const { podNetworks, nodeNetworks } = cluster.settled;
  const everywhere = setOf(cluster.config.clusterNetworks);
  const known = ranges.length > 0 && ranges.every((own) => own.length > 0) ? ranges.flat() : undefined;
  const ofNodes = setOf(nodeNetworks ?? addresses);
  const isTrue = known !== undefined && !areElsewhere(cluster, setOf(known).or(ofNodes));
  const written = podNetworks ?? (isTrue ? known : undefined);
  const pods = written === undefined ? everywhere.or(setOf(known ?? [])) : setOf(written);
  // A pod that is not on the host's network never has a node's address.
  return { pods: pods.minus(ofNodes), nodes: ofNodes, cluster: everywhere };
});

/** Whether pods have addresses that are not in the ranges of the Nodes, which their network then does without. */
function areElsewhere(cluster: Cluster, ranges: NetworkSet): boolean {
  const pods = cluster.workloads.filter(({ kind }) => kind === 'pod');
  return pods.some((pod) => {
    const isOnHost = templateOf(pod.source).spec.hostNetwork === true;
    return !isOnHost && !setOf(ownAddresses(pod)).minus(ranges).isEmpty;
  });
}

/** Where a client of the manifests is: at its own address if that is known, or else where such pods can be. */
export function whereaboutsOf(cluster: Cluster, workload: Workload): Whereabouts {
  const { kind, source } = workload;
  const places = placesOf(cluster);
  const own = ownAddresses(workload);
  const [only] = own;
  if (only !== undefined)
    return own.length === 1 ? Whereabouts.at(only) : Whereabouts.somewhereIn(setOf(own));
  if (kind !== 'externalworkload' && templateOf(source).spec.hostNetwork === true)
    return Whereabouts.somewhereIn(places.nodes.isEmpty ? places.cluster : places.nodes);
  return Whereabouts.somewhereIn(places.pods);
}

/** Where a client that is only known by its identity, or not at all, is: somewhere in the cluster. */
export function whereaboutsOfPeer(cluster: Cluster, { ip, tls, identity }: ProxyClient): Whereabouts {
  if (ip !== undefined) return Whereabouts.at(ip);
  const { pods, nodes, cluster: networks } = placesOf(cluster);
  if (tls !== 'mesh') return Whereabouts.somewhereIn(networks.or(pods).or(nodes));
  const machines = cluster.workloads.filter(
    (workload) => workload.kind === 'externalworkload' && workload.identity === identity,
  );
  return Whereabouts.somewhereIn(pods.or(setOf(machines.flatMap(ownAddresses))));
}

/** The addresses that a Pod has, or a machine outside the cluster by its ExternalWorkload. */
function ownAddresses({ kind, source: { object } }: Workload): readonly string[] {
  const listed =
    kind === 'pod'
      ? [...asList(valueAt(object, 'status', 'podIPs')), { ip: valueAt(object, 'status', 'podIP') }]
      : kind === 'externalworkload'
        ? asList(valueAt(object, 'spec', 'workloadIPs'))
        : [];
  const texts = listed.flatMap((entry) => asText(valueAt(entry, 'ip')) ?? []);
  return [...new Set(texts)].filter((text) => parseAddress(text) !== undefined);
}
