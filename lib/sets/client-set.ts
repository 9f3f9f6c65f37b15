import { formatAddress, isLoopback, parseAddress, type Address } from '../linkerd/network';
import { IdentitySet } from './identity-set';
import { overlay } from './network-overlay';
import { NetworkSet } from './network-set';
import type { ClientTls } from '../linkerd/client';
import type { ProxyClient } from '../linkerd/client';
import { compareText, foldHalves, groupBy } from '../basics/collections';

/** Who clients are, addresses aside: the three things a proxy can know about their TLS. */
export class ClientIdentities {
  public static readonly NONE = new ClientIdentities(false, false, IdentitySet.NONE);
  public static readonly ALL = new ClientIdentities(true, true, IdentitySet.ALL);
  private static readonly OF_TLS: Readonly<Record<ClientTls, ClientIdentities>> = {
    mesh: new ClientIdentities(false, false, IdentitySet.ALL),
    'unauthenticated-tls': new ClientIdentities(false, true, IdentitySet.NONE),
    none: new ClientIdentities(true, false, IdentitySet.NONE),
  };

  private keyText: string | undefined;

  public constructor(
    /** Clients without TLS that the proxy terminates. */
    public readonly withoutTls: boolean,
    /** Clients whose TLS the proxy terminates, but who show no identity. */
    public readonly unauthenticatedTls: boolean,
    /** Mesh clients. */
    public readonly identities: IdentitySet,
  ) {}

  /** All clients of one kind of TLS. */
  public static ofTls(tls: ClientTls): ClientIdentities {
    return ClientIdentities.OF_TLS[tls];
  }

  /** Equal for equal sets. */
  public get key(): string {
    this.keyText ??= `${this.withoutTls ? 'p' : ''}${this.unauthenticatedTls ? 't' : ''} ${this.identities.key}`;
    return this.keyText;
  }

  public get isEmpty(): boolean {
    return !this.withoutTls && !this.unauthenticatedTls && this.identities.isEmpty;
  }

  public get isAll(): boolean {
    return this.withoutTls && this.unauthenticatedTls && this.identities.isAll;
  }

  public has({ tls, identity }: ProxyClient): boolean {
    if (tls === 'none') return this.withoutTls;
    if (tls === 'unauthenticated-tls') return this.unauthenticatedTls;
    return identity !== undefined && this.identities.has(identity);
  }

  /** For `JSON.stringify`. */
  public toJSON(): object {
    const { withoutTls, unauthenticatedTls, identities } = this;
    return { withoutTls, unauthenticatedTls, identities: identities.describe() };
  }

  public or(other: ClientIdentities): ClientIdentities {
    return new ClientIdentities(
      this.withoutTls || other.withoutTls,
      this.unauthenticatedTls || other.unauthenticatedTls,
      this.identities.or(other.identities),
    );
  }

  public and(other: ClientIdentities): ClientIdentities {
    return new ClientIdentities(
      this.withoutTls && other.withoutTls,
      this.unauthenticatedTls && other.unauthenticatedTls,
      this.identities.and(other.identities),
    );
  }

  public minus(other: ClientIdentities): ClientIdentities {
    return new ClientIdentities(
      this.withoutTls && !other.withoutTls,
      this.unauthenticatedTls && !other.unauthenticatedTls,
      this.identities.minus(other.identities),
    );
  }
}

/** Clients of one kind in some networks. */
export interface ClientBox {
  readonly peers: ClientIdentities;
  readonly networks: NetworkSet;
}

/** Addresses a person would try first: inside a default cluster network, then a public one. */
const USUAL_ADDRESSES = ['10.1.2.3', '192.168.1.10', '203.0.113.7', '8.8.8.8', 'fd00::7', '2001:db8::7'];

export interface WitnessPreference {
  /** Identities worth showing, best first. */
  readonly identities?: readonly string[];
  readonly addresses?: readonly string[];
}

/**
 * A set of clients as boxes with disjoint networks, so that equal sets have equal boxes. Closed under union,
 * intersection and difference. Immutable.
 */
export class ClientSet {
  public static readonly NONE = new ClientSet([]);
  public static readonly ALL = new ClientSet([{ peers: ClientIdentities.ALL, networks: NetworkSet.ALL }]);

  /** Everybody at the pod's own addresses: a pod reaches itself past its proxy, whatever policy says (5.6). */
  public static readonly LOOPBACK = new ClientSet([
    { peers: ClientIdentities.ALL, networks: NetworkSet.LOOPBACK },
  ]);

  private keyText: string | undefined;

  private constructor(
    /** Ordered by their networks. */
    public readonly boxes: readonly ClientBox[],
  ) {}

  public static of(peers: ClientIdentities, networks: NetworkSet): ClientSet {
    return ClientSet.normalize([{ peers, networks }]);
  }

  /** The clients that are in one of the sets. */
  public static union(sets: readonly ClientSet[]): ClientSet {
    return foldHalves(sets, (a, b) => a.or(b), ClientSet.NONE);
  }

  /** Equal for equal sets. */
  public get key(): string {
    this.keyText ??= this.boxes.map(({ peers, networks }) => `${peers.key}@${networks.key}`).join(';');
    return this.keyText;
  }

  public get isEmpty(): boolean {
    return this.boxes.length === 0;
  }

  public get isAll(): boolean {
    const box = this.boxes[0];
    return this.boxes.length === 1 && box !== undefined && box.peers.isAll && box.networks.isAll;
  }

  /** Whether a client with an address is in the set. */
  public has(client: ProxyClient & { readonly ip: string }): boolean {
    const address = parseAddress(client.ip);
    if (address === undefined) return false;
    return this.boxes.some(({ peers, networks }) => networks.has(address) && peers.has(client));
  }

  public or(other: ClientSet): ClientSet {
    if (other.isEmpty || this === other) return this;
    return this.isEmpty ? other : this.combine(other, (a, b) => a.or(b));
  }

  public and(other: ClientSet): ClientSet {
    if (this.isEmpty || other.isEmpty) return ClientSet.NONE;
    return this.combine(other, (a, b) => a.and(b));
  }

  public minus(other: ClientSet): ClientSet {
    if (this.isEmpty || other.isEmpty) return this;
    return this === other ? ClientSet.NONE : this.combine(other, (a, b) => a.minus(b));
  }

  /** One client of the set, or `undefined` if it is empty. */
  public witness(preference: WitnessPreference = {}): (ProxyClient & { readonly ip: string }) | undefined {
    const box = this.boxes[0];
    return box === undefined ? undefined : witnessOf(box, preference);
  }

  /** One client of each box. */
  public witnesses(preference: WitnessPreference = {}): (ProxyClient & { readonly ip: string })[] {
    return this.boxes.map((box) => witnessOf(box, preference));
  }

  /** For `JSON.stringify`. */
  public toJSON(): readonly ClientBox[] {
    return this.boxes;
  }

  /** Drops empty cells and merges those with equal peers; cells must have disjoint networks. */
  private static normalize(cells: readonly ClientBox[]): ClientSet {
    const [only] = cells;
    if (only !== undefined && cells.length === 1) {
      return only.peers.isEmpty || only.networks.isEmpty ? ClientSet.NONE : new ClientSet([only]);
    }
    const filled = cells.filter(({ peers, networks }) => !peers.isEmpty && !networks.isEmpty);
    const boxes = [...groupBy(filled, ({ peers }) => peers.key).values()].flatMap((equal): ClientBox[] => {
      const networks = NetworkSet.union(equal.map((cell) => cell.networks));
      return equal.slice(0, 1).map(({ peers }) => ({ peers, networks }));
    });
    return new ClientSet(boxes.sort((a, b) => compareText(a.networks.key, b.networks.key)));
  }

  private combine(
    other: ClientSet,
    f: (a: ClientIdentities, b: ClientIdentities) => ClientIdentities,
  ): ClientSet {
    const [one, another] = [this.boxes[0], other.boxes[0]];
    // Most sets are one box.
    if (one !== undefined && another !== undefined && this.boxes.length + other.boxes.length === 2)
      return ClientSet.normalize([
        { peers: f(one.peers, another.peers), networks: one.networks.and(another.networks) },
        { peers: f(one.peers, ClientIdentities.NONE), networks: one.networks.minus(another.networks) },
        { peers: f(ClientIdentities.NONE, another.peers), networks: another.networks.minus(one.networks) },
      ]);
    const networksOf = ({ networks }: ClientBox): NetworkSet => networks;
    const cells = overlay(this.boxes.map(networksOf), other.boxes.map(networksOf)).map(
      ({ a, b, networks }): ClientBox => ({
        peers: f(peersOf(this.boxes, a), peersOf(other.boxes, b)),
        networks,
      }),
    );
    return ClientSet.normalize(cells);
  }
}

function peersOf(boxes: readonly ClientBox[], at: number | undefined): ClientIdentities {
  return (at === undefined ? undefined : boxes[at]?.peers) ?? ClientIdentities.NONE;
}

/** One client of a box: one without an identity if there is any, because that is the easiest to be. */
export function witnessOf(
  { peers, networks }: ClientBox,
  preference: WitnessPreference = {},
): ProxyClient & { readonly ip: string } {
  const ip = formatAddress(usualAddress(networks, preference.addresses ?? []));
  if (peers.withoutTls) return { ip, tls: 'none' };
  if (peers.unauthenticatedTls) return { ip, tls: 'unauthenticated-tls' };
  return { ip, tls: 'mesh', identity: peers.identities.witness(preference.identities) ?? '' };
}

function usualAddress(networks: NetworkSet, preferred: readonly string[]): Address {
  for (const text of [...preferred, ...USUAL_ADDRESSES]) {
    const address = parseAddress(text);
    if (address !== undefined && networks.has(address)) return address;
  }
  const ranges = networks.ranges();
  const range = ranges.find(({ family, last }) => !isLoopback({ family, value: last })) ?? ranges[0];
  if (range === undefined) throw new Error('an empty box has no witness');
  // The second address of a range looks less like a network name than the first.
  const value = range.first < range.last ? range.first + 1n : range.first;
  return { family: range.family, value };
}
