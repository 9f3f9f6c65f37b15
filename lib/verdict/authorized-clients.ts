import { AUDIT, LOCALHOST, type ClientAuthorization } from '../cluster/client-authorization';
import { LOOPBACK } from '../sets/client-groups';
import { ClientSet, ClientIdentities } from '../sets/client-set';
import { IdentitySet } from '../sets/identity-set';
import { NetworkSet } from '../sets/network-set';

/** Everybody at the pod's own address: past its proxy, whatever policy says (linkerd-policy 5.6). */
export const LOOPBACK_CLIENTS = ClientSet.of(ClientIdentities.ALL, LOOPBACK);

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

/** Those of some authorizations that people write on purpose: without `localhost` and `audit`. */
export function deliberate(authorizations: readonly ClientAuthorization[]): ClientAuthorization[] {
  return authorizations.filter(({ name }) => name !== LOCALHOST.name && name !== AUDIT);
}

export function union(sets: readonly ClientSet[]): ClientSet {
  return sets.reduce((all, set) => all.or(set), ClientSet.NONE);
}

/** Clients without an identity: what a kubelet, an unmeshed pod or a machine outside can be. */
export function plainClients(set: ClientSet): ClientSet {
  return set.and(ClientSet.of(ClientIdentities.ofTls('none'), NetworkSet.ALL));
}
