import { networksOf } from '../linkerd/network-match';
import { enumerate } from '../basics/words';
import type { LinkerdConfig } from '../linkerd/config';
import { namespaceSuffix, parseWorkloadIdentity } from '../linkerd/identity';
import { LOOPBACK, parseNetwork } from '../linkerd/network';
import { clientGroups, isWide } from './client-groups';
import type { ClientIdentities } from './client-set';
import type { Phrasing, WhoWords } from './client-words';
import type { IdentitySet } from './identity-set';
import { NetworkSet } from './network-set';

/** The parts of the configuration that identities and networks are spelled with. */
export type Domain = Pick<LinkerdConfig, 'linkerdNamespace' | 'trustDomain' | 'clusterNetworks'>;

/**
 * For readers who do not know Linkerd: ServiceAccounts and namespaces, and which networks are the cluster's. To clients
 * of all namespaces but `home`, it says `outside` that namespace.
 */
export function inPlainWords(domain: Domain, home?: string): Phrasing {
  const cluster = clusterNetworks(domain);
  const outside = NetworkSet.ALL.minus(cluster).or(NetworkSet.LOOPBACK).key;
  return {
    rows: clientGroups,
    who: (peers) => peerWords(peers, { domain, home }),
    from: (networks) => {
      if (networks.key === cluster.key) return "the cluster's networks";
      return networks.or(NetworkSet.LOOPBACK).key === outside
        ? "outside the cluster's networks"
        : networkWords(networks);
    },
    most: 4,
  };
}

function clusterNetworks({ clusterNetworks: cidrs }: Domain): NetworkSet {
  return NetworkSet.fromItems(networksOf(cidrs));
}

interface Context {
  readonly domain: Domain;
  readonly home: string | undefined;
}

function peerWords(peers: ClientIdentities, context: Context): WhoWords {
  if (peers.withoutTls && peers.unauthenticatedTls && isWide(peers.identities)) {
    const but = exceptWords(peers.identities, context);
    return { text: `anyone${but}`, needsComma: but !== '' };
  }
  const plain = (text: string): WhoWords => ({ text, needsComma: false });
  if (peers.withoutTls && peers.unauthenticatedTls) {
    return plain('unmeshed clients (and any without an identity)');
  }
  if (peers.withoutTls) return plain('unmeshed clients');
  if (peers.unauthenticatedTls) return plain('TLS clients without an identity');
  return identityWords(peers.identities, context);
}

/** A set of identities in words. */
function identityWords(identities: IdentitySet, context: Context): WhoWords {
  const described = identities.describe();
  if (isWide(identities)) {
    const spiffe = described.some(({ text }) => text === 'spiffe://*') ? '' : ' (except SPIFFE ids)';
    const but = exceptWords(identities, context);
    return { text: `any mesh identity${spiffe}${but}`, needsComma: but !== '' };
  }
  const words = described.map(
    ({ text, except }) => `${identityWord(text, context.domain)}${butWords(except, context, 4)}`,
  );
  return { text: enumerate(words, 6), needsComma: described.some(({ except }) => except.length > 0) };
}

function exceptWords(identities: IdentitySet, context: Context): string {
  const described = identities.describe();
  const out = described.filter(({ text }) => text === '*' || text === 'spiffe://*');
  const back = described.filter(({ text }) => text !== '*' && text !== 'spiffe://*');
  const but = butWords(
    out.flatMap(({ except }) => except),
    context,
    6,
  );
  const still = back.map(({ text }) => identityWord(text, context.domain));
  return still.length === 0 ? but : `${but} (except ${enumerate(still, 4)})`;
}

/** ` but A and B`; ` outside HOME` if the clients of that namespace are the first of those left out. */
function butWords(names: readonly string[], { domain, home }: Context, most: number): string {
  const [first, ...others] = names;
  if (first === undefined) return '';
  const rest = others.map((name) => identityWord(name, domain));
  return home !== undefined && first === `*.${namespaceSuffix(home, domain)}`
    ? ` outside ${enumerate([home, ...rest], most)}`
    : ` but ${enumerate([identityWord(first, domain), ...rest], most)}`;
}

/** One identity or wildcard, as the ServiceAccounts it stands for if it does. */
function identityWord(text: string, domain: Domain): string {
  const home = `${domain.linkerdNamespace}.${domain.trustDomain}`;
  if (text === `*.serviceaccount.identity.${home}`) return 'every ServiceAccount in the cluster';
  if (text === 'spiffe://*') return 'every SPIFFE id';
  if (text.startsWith('spiffe://')) return `SPIFFE id ${text}`;
  const workload = parseWorkloadIdentity(text);
  if (workload === undefined) return `identity ${text}`;
  const { account, namespace, mesh } = workload;
  const foreign = mesh === home ? '' : ` of the mesh ${mesh}`;
  return account === '*'
    ? `every ServiceAccount in namespace ${namespace}${foreign}`
    : `ServiceAccount ${account} in ${namespace}${foreign}`;
}

/** Networks as a person would write them: `10.0.0.0/8 except 10.1.0.0/16`; empty for everywhere. */
function networkWords(networks: NetworkSet): string {
  const all = networks.or(NetworkSet.LOOPBACK);
  if (all.isAll) return '';
  const readable = withoutLoopbackHoles(networks);
  const plain = readable.cidrs();
  const holes = NetworkSet.ALL.minus(all).cidrs();
  if (holes.length < plain.length && holes.length <= 4) return `anywhere except ${enumerate(holes, 4)}`;
  const phrases = ([4, 6] as const).flatMap((family) => familyPhrases(readable, family));
  return enumerate(phrases, 5);
}

/** Loopback is said where leaving it out would cut a network into pieces, and only there. */
function withoutLoopbackHoles(networks: NetworkSet): NetworkSet {
  return LOOPBACK.reduce((words, one) => {
    const whole = words.or(NetworkSet.of(one));
    return whole.cidrs().length < words.cidrs().length ? whole : words;
  }, networks);
}

function familyPhrases(networks: NetworkSet, family: 4 | 6): string[] {
  const own = networks.cidrs().filter((cidr) => parseNetwork(cidr)?.family === family);
  const ranges = networks.ranges().filter((range) => range.family === family);
  const [first, last] = [ranges[0], ranges.at(-1)];
  if (own.length < 3 || first === undefined || last === undefined) return own;
  const width = family === 4 ? 32n : 128n;
  let bits = 0n;
  while (bits < width && first.first >> bits !== last.last >> bits) bits += 1n;
  const start = (first.first >> bits) << bits;
  const hull = NetworkSet.of({ family, first: start, last: start + (1n << bits) - 1n });
  const except = hull.minus(networks).cidrs();
  return except.length + 1 < own.length ? [`${hull.cidrs().join(', ')} except ${except.join(', ')}`] : own;
}
