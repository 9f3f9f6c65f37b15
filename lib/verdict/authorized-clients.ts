import type { ClientAuthorization } from '../cluster/client-authorization';
import { isAudit } from '../cluster/policy-refs';
import { ClientSet, ClientIdentities, type ClientBox } from '../sets/client-set';
import { IdentitySet } from '../sets/identity-set';
import { NetworkSet } from '../sets/network-set';
import { enumerate } from '../basics/words';

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
  return authorizations.filter(({ ref }) => ref.kind !== 'localhost' && !isAudit(ref));
}

export function union(sets: readonly ClientSet[]): ClientSet {
  return sets.reduce((all, set) => all.or(set), ClientSet.NONE);
}

/** Clients without an identity: what a kubelet, an unmeshed pod or a machine outside can be. */
export function clientsWithoutTls(set: ClientSet): ClientSet {
  return set.and(ClientSet.of(ClientIdentities.ofTls('none'), NetworkSet.ALL));
}

/** A set of clients in words. */
export function describeClients(set: ClientSet): string {
  return set.isEmpty ? 'nobody' : enumerate(set.boxes.map(describeBox), 5);
}

function describeBox({ peers, networks }: ClientBox): string {
  const from = networks.isAll ? '' : ` from ${enumerate(networks.cidrs(), 4, 'or')}`;
  return `${describePeers(peers)}${from}`;
}

function describePeers(peers: ClientIdentities): string {
  if (peers.isAll) return 'everyone';
  const words: string[] = [];
  for (const { text, except } of peers.identities.describe()) {
    words.push(`identity ${text}${except.length === 0 ? '' : ` except ${enumerate(except, 3)}`}`);
  }
  if (peers.withoutTls) words.push('clients without an identity');
  return enumerate(words, 5);
}
