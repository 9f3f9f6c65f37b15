import type { Cluster } from '../../cluster/cluster';
import { isElsewhere, type ClientAuthorization } from '../../cluster/client-authorization';
import type { IdentityMatch } from '../../linkerd/identity';
import { networksOf } from '../../linkerd/network-match';
import { whereaboutsOfPeer } from '../../verdict/client-address';
import { restricted, type Access, type AccessGrant } from '../../verdict/access-sets';
import { NetworkSet } from '../../sets/network-set';
import { memoized } from '../../basics/collections';

/** Clients that a policy tells by their address alone. */
export interface NamedNetwork {
  /** `meshed`: only those with an identity, whichever it is. */
  readonly who: 'anyone' | 'meshed';
  readonly networks: NetworkSet;
}

/** The clients that policies name, be they in the input or not. */
export interface NamedClients {
  /** Names and wildcards, each once. */
  readonly identities: readonly IdentityMatch[];
  readonly networks: readonly NamedNetwork[];
  /** Whether some policy admits TLS clients that show no identity. */
  readonly hasAnonymousTls: boolean;
}

/** Where clients are that are known by their kind only. */
export interface ClientPlaces {
  readonly pods: NetworkSet;
  /** Unmeshed clients within the cluster: pods and nodes. */
  readonly inside: NetworkSet;
  readonly outside: NetworkSet;
}

export function clientPlaces(cluster: Cluster): ClientPlaces {
  const inside = whereaboutsOfPeer(cluster, { tls: 'none' }).addresses;
  const isKnown = cluster.config.clusterNetworks.length > 0;
  return {
    pods: whereaboutsOfPeer(cluster, { tls: 'mesh' }).addresses,
    inside,
    // If the networks of the cluster are not known, its pods may be anywhere.
    outside: NetworkSet.ALL.minus(isKnown ? inside : NetworkSet.NONE).minus(NetworkSet.LOOPBACK),
  };
}

/**
 * Sorts what policies admit into clients by name and clients by address. A network that covers the whole cluster, or all
 * that is outside, in one address family, is none of its own: it says where everybody comes from.
 */
export class ClientNames {
  private readonly parts: readonly NetworkSet[];
  private readonly known = new Map<ClientAuthorization, NamedNetwork | undefined>();
  private readonly bare = new Map<Access, Access>();

  public constructor({ pods, inside, outside }: ClientPlaces) {
    this.parts = [pods, inside, outside]
      .flatMap((networks) => [networks.and(IPV4), networks.and(IPV6)])
      .filter((part) => !part.isEmpty);
  }

  public namedIn(accesses: Iterable<Access>): NamedClients {
    const identities = new Map<string, IdentityMatch>();
    const networks = new Map<string, NamedNetwork>();
    let hasAnonymousTls = false;
    for (const grant of new Set([...accesses].flatMap(({ grants }) => grants))) {
      const named = this.networkOf(grant);
      if (named !== undefined) networks.set(`${named.who} ${named.networks.key}`, named);
      const authentication = grant.authorization?.authentication;
      if (authentication?.kind === 'tls') hasAnonymousTls = true;
      if (authentication?.kind !== 'identities') continue;
      for (const pattern of authentication.patterns)
        identities.set(pattern.kind === 'exact' ? pattern.name : `*.${pattern.labels.join('.')}`, pattern);
    }
    return {
      identities: [...identities].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pattern]) => pattern),
      networks: [...networks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, network]) => network),
      hasAnonymousTls,
    };
  }

  /** An access without those that it lets in by their address alone. */
  public elsewhere(access: Access): Access {
    return memoized(this.bare, access, () =>
      restricted(access, (grant) => this.networkOf(grant) === undefined),
    );
  }

  /** The network of a grant that asks for nothing else. */
  private networkOf(grant: AccessGrant): NamedNetwork | undefined {
    const { authorization } = grant;
    if (authorization === undefined) {
      const networks = NetworkSet.union(grant.clients.boxes.map((box) => box.networks));
      return grant.reason === 'subnet-skipped' ? this.narrow('anyone', networks) : undefined;
    }
    if (!this.known.has(authorization)) this.known.set(authorization, this.networkBy(authorization));
    return this.known.get(authorization);
  }

  private networkBy(authorization: ClientAuthorization): NamedNetwork | undefined {
    const { authentication, networks } = authorization;
    if (authentication.kind === 'tls' || isElsewhere(authorization)) return undefined;
    const isAny = ({ kind, ...rest }: IdentityMatch): boolean =>
      kind === 'suffix' && 'labels' in rest && rest.labels.length === 0;
    if (authentication.kind === 'identities' && !authentication.patterns.some(isAny)) return undefined;
    return this.narrow(
      authentication.kind === 'anyone' ? 'anyone' : 'meshed',
      NetworkSet.fromItems(networks),
    );
  }

  private narrow(who: NamedNetwork['who'], all: NetworkSet): NamedNetwork | undefined {
    const networks = all.minus(NetworkSet.LOOPBACK);
    const isNarrow = !networks.isEmpty && this.parts.every((part) => !part.minus(networks).isEmpty);
    return isNarrow ? { who, networks } : undefined;
  }
}

const [IPV4, IPV6] = ['0.0.0.0/0', '::/0'].map((cidr) => NetworkSet.fromItems(networksOf([cidr]))) as [
  NetworkSet,
  NetworkSet,
];
