import type { ClientAuthorization } from '../cluster/client-authorization';
import { inHalves } from '../basics/collections';
import { enumerate } from '../basics/words';
import { isAudit } from '../cluster/policy-refs';
import { ClientSet, ClientIdentities } from '../sets/client-set';
import { IdentitySet } from '../sets/identity-set';
import { NetworkSet } from '../sets/network-set';

/** All clients that an authorization admits. */
export function clientsOf({ authentication: admits, networks }: ClientAuthorization): ClientSet {
  const peers =
    admits.kind === 'anyone'
      ? ClientIdentities.ALL
      : new ClientIdentities(
          false,
          admits.kind === 'tls',
          admits.kind === 'tls' ? IdentitySet.ALL : IdentitySet.fromPatterns(admits.patterns),
        );
  return ClientSet.of(peers, NetworkSet.fromItems(networks));
}

/** The clients of authorizations that people write on purpose: without `localhost` and `audit`. */
export function deliberate(authorizations: readonly ClientAuthorization[]): ClientAuthorization[] {
  return authorizations.filter(({ ref }) => ref.kind !== 'localhost' && !isAudit(ref));
}

export function union(sets: readonly ClientSet[]): ClientSet {
  return inHalves(sets, (a, b) => a.or(b), ClientSet.NONE);
}

/** Clients without an identity: a kubelet, an unmeshed pod or a machine outside can be one of these. */
export function clientsWithoutTls(set: ClientSet): ClientSet {
  return set.and(ClientSet.of(ClientIdentities.ofTls('none'), NetworkSet.ALL));
}

/** The clients of a set that may exist: not the pod itself, nor those of networks that are only examples. */
export function possibleClients(set: ClientSet): ClientSet {
  return set.minus(ClientSet.of(ClientIdentities.ALL, NetworkSet.LOOPBACK.or(NetworkSet.DOCUMENTATION)));
}

/** What to say of the networks of examples that a set has; empty if it has none. */
export function placeholderWords(set: ClientSet): string {
  const named = set.boxes
    .reduce((all, { networks }) => all.or(networks), NetworkSet.NONE)
    .and(NetworkSet.DOCUMENTATION);
  if (named.isEmpty) return '';
  const cidrs = enumerate(named.cidrs(), 3);
  return `${cidrs} ${named.cidrs().length === 1 ? 'is' : 'are'} reserved for documentation, so nobody has such an address.`;
}
