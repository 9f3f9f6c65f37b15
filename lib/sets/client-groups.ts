import { ClientSet, ClientIdentities, type ClientBox } from './client-set';
import { IdentitySet } from './identity-set';
import { NetworkSet } from './network-set';

/** Clients of one kind, as a person would list them; groups of one set may overlap. */
export interface ClientGroup extends ClientBox {
  readonly breadth: Breadth;
  readonly clients: ClientSet;
}

/** How many clients a group may cover, widest first: what a reader should look at before anything else. */
export const BREADTHS = ['anyone', 'anyone-from', 'any-mesh', 'namespace', 'account'] as const;

export type Breadth = (typeof BREADTHS)[number];

/**
 * A set of clients as rows whose union it is: first those without an identity, then identities, widest first. The set's
 * own boxes have disjoint networks, which spreads one identity over several boxes; rows do not do that.
 */
export function clientGroups(set: ClientSet): readonly ClientGroup[] {
  const plain = networksOf(set, ({ withoutTls }) => withoutTls);
  const tls = networksOf(set, ({ unauthenticatedTls }) => unauthenticatedTls);
  const rows: ClientGroup[] = [];
  const add = (peers: ClientIdentities, networks: NetworkSet): void => {
    if (peers.isEmpty || networks.isEmpty) return;
    const clients = ClientSet.of(peers, networks);
    rows.push({ peers, networks, clients, breadth: breadthOf(peers, networks) });
  };
  const identified = identityRows(set);
  // "Anyone" is one word for three kinds of clients that come from the same places.
  const open = identified.find(
    ({ identities, networks }) =>
      isWide(identities) && networks.key === plain.key && networks.key === tls.key && !networks.isEmpty,
  );
  if (open !== undefined) add(new ClientIdentities(true, true, open.identities), open.networks);
  else if (plain.key === tls.key) add(new ClientIdentities(true, true, IdentitySet.NONE), plain);
  else {
    add(new ClientIdentities(true, false, IdentitySet.NONE), plain);
    add(new ClientIdentities(false, true, IdentitySet.NONE), tls);
  }
  for (const row of identified) {
    if (row !== open) add(new ClientIdentities(false, false, row.identities), row.networks);
  }
  return rows.sort((a, b) => BREADTHS.indexOf(a.breadth) - BREADTHS.indexOf(b.breadth));
}

/** The widest row of a set. */
export function breadth(set: ClientSet): Breadth {
  return clientGroups(set)[0]?.breadth ?? 'account';
}

interface IdentityRow {
  readonly identities: IdentitySet;
  readonly networks: NetworkSet;
}

function identityRows(set: ClientSet): IdentityRow[] {
  const distinct = new Map<string, IdentitySet>();
  for (const { peers } of set.boxes) {
    if (!peers.identities.isEmpty) distinct.set(peers.identities.key, peers.identities);
  }
  return [...distinct.values()].map((identities) => ({
    identities,
    networks: networksOf(set, ({ identities: all }) => identities.minus(all).isEmpty),
  }));
}

function networksOf(set: ClientSet, fits: (peers: ClientIdentities) => boolean): NetworkSet {
  return NetworkSet.union(set.boxes.filter(({ peers }) => fits(peers)).map(({ networks }) => networks));
}

/** All identities, or all but some: everybody from a mesh. */
export function isWide(identities: IdentitySet): boolean {
  return identities.describe().some(({ text }) => text === '*');
}

function breadthOf(peers: ClientIdentities, networks: NetworkSet): Breadth {
  if (peers.withoutTls) return networks.or(NetworkSet.LOOPBACK).isAll ? 'anyone' : 'anyone-from';
  if (peers.unauthenticatedTls) return 'anyone-from';
  if (isWide(peers.identities)) return 'any-mesh';
  return peers.identities.describe().some(({ text }) => text.startsWith('*.') || text === 'spiffe://*')
    ? 'namespace'
    : 'account';
}
