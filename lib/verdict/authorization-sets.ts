import type { ClientAuthorization } from '../cluster/client-authorization';
import type { IdentityMatch } from '../linkerd/identity';
import { ClientSet, ClientIdentities } from '../sets/client-set';
import { IdentitySet } from '../sets/identity-set';
import { NetworkSet } from '../sets/network-set';
import { memoized } from '../basics/collections';
import type { NetworkMatch } from '../linkerd/network-match';
import type { ClientTls } from '../linkerd/client';

/** The clients that authorizations admit. There are many ports but few authorizations, so each set is made once. */
export class AuthorizationSets {
  private readonly networks = new Map<readonly NetworkMatch[], NetworkSet>();
  private readonly byAddresses = new Map([[NetworkSet.ALL.key, NetworkSet.ALL]]);
  private readonly identified = new Map<readonly IdentityMatch[], ClientIdentities>();
  private readonly clients = new Map<NetworkSet, Map<ClientIdentities, ClientSet>>();
  private readonly unions = new Map<ClientSet, Map<ClientSet, ClientSet>>();

  /** The clients with one kind of TLS that an authorization admits, given what the proxy sees of that TLS. */
  public admitted(authorization: ClientAuthorization, tls: ClientTls, seen: ClientTls): ClientSet {
    const peers = this.peers(authorization, tls, seen);
    if (peers.isEmpty) return ClientSet.NONE;
    const networks = memoized(this.networks, authorization.networks, (items) => this.canonical(items));
    const byPeers = memoized(this.clients, networks, () => new Map<ClientIdentities, ClientSet>());
    return memoized(byPeers, peers, () => ClientSet.of(peers, networks));
  }

  public union(a: ClientSet, b: ClientSet): ClientSet {
    if (a.isEmpty || a === b) return b;
    if (b.isEmpty) return a;
    const unions = memoized(this.unions, a, () => new Map<ClientSet, ClientSet>());
    return memoized(unions, b, () => a.or(b));
  }

  /** One set for all lists that mean the same addresses, so that results derived from it are shared as well. */
  private canonical(items: readonly NetworkMatch[]): NetworkSet {
    const set = NetworkSet.fromItems(items);
    return memoized(this.byAddresses, set.key, () => set);
  }

  private peers(
    { authentication: admits }: ClientAuthorization,
    tls: ClientTls,
    seen: ClientTls,
  ): ClientIdentities {
    if (admits.kind === 'anyone') return ClientIdentities.ofTls(tls);
    if (admits.kind === 'tls') return seen === 'none' ? ClientIdentities.NONE : ClientIdentities.ofTls(tls);
    if (seen !== 'mesh') return ClientIdentities.NONE;
    return memoized(this.identified, admits.patterns, (patterns) => {
      return new ClientIdentities(false, false, IdentitySet.fromPatterns(patterns));
    });
  }
}
