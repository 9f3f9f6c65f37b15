import { enumerate } from '../basics/words';
import type { LinkerdConfig } from '../linkerd/config';
import { parseWorkloadIdentity } from '../linkerd/identity';
import { parseNetwork } from '../linkerd/network';
import { clientGroups, isWide } from './client-groups';
import type { ClientIdentities } from './client-set';
import type { Phrasing } from './client-words';
import type { IdentitySet } from './identity-set';
import { NetworkSet } from './network-set';

/** The parts of the configuration that identities and networks are spelled with. */
export type Domain = Pick<LinkerdConfig, 'linkerdNamespace' | 'trustDomain' | 'clusterNetworks'>;

/** For readers who do not know Linkerd: ServiceAccounts and namespaces, and which networks are the cluster's. */
export function inPlainWords(domain: Domain): Phrasing {
  const cluster = clusterNetworks(domain);
  const outside = NetworkSet.ALL.minus(cluster).or(NetworkSet.LOOPBACK).key;
  return {
    rows: clientGroups,
    who: (peers) => peerWords(peers, domain),
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
  return cidrs.reduce((all, cidr) => {
    const network = parseNetwork(cidr);
    return network === undefined ? all : all.or(NetworkSet.of(network));
  }, NetworkSet.NONE);
}

function peerWords(peers: ClientIdentities, domain: Domain): string {
  if (peers.withoutTls && peers.unauthenticatedTls && isWide(peers.identities)) {
    const but = exceptWords(peers.identities, domain);
    return but === '' ? 'anyone' : `anyone but ${but}`;
  }
  if (peers.withoutTls && peers.unauthenticatedTls) return 'unmeshed clients (and any without an identity)';
  if (peers.withoutTls) return 'unmeshed clients';
  if (peers.unauthenticatedTls) return 'TLS clients without an identity';
  return identityWords(peers.identities, domain);
}

/** A set of identities in words. */
function identityWords(identities: IdentitySet, domain: Domain): string {
  const described = identities.describe();
  if (isWide(identities)) {
    const spiffe = described.some(({ text }) => text === 'spiffe://*') ? '' : ' (except SPIFFE ids)';
    const but = exceptWords(identities, domain);
    return `any mesh identity${spiffe}${but === '' ? '' : ` but ${but}`}`;
  }
  const words = described.map(({ text, except }) => {
    const but = except.map((name) => identityWord(name, domain));
    return `${identityWord(text, domain)}${but.length === 0 ? '' : ` but ${enumerate(but, 4)}`}`;
  });
  return enumerate(words, 6);
}

function exceptWords(identities: IdentitySet, domain: Domain): string {
  const described = identities.describe();
  const out = described.filter(({ text }) => text === '*' || text === 'spiffe://*');
  const back = described.filter(({ text }) => text !== '*' && text !== 'spiffe://*');
  const but = enumerate(
    out.flatMap(({ except }) => except.map((name) => identityWord(name, domain))),
    6,
  );
  const still = back.map(({ text }) => identityWord(text, domain));
  return still.length === 0 ? but : `${but} (except ${enumerate(still, 4)})`;
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
  const readable = all.cidrs().length < networks.cidrs().length ? all : networks;
  const plain = readable.cidrs();
  const holes = NetworkSet.ALL.minus(all).cidrs();
  if (holes.length < plain.length && holes.length <= 4) return `anywhere except ${enumerate(holes, 4)}`;
  const phrases = ([4, 6] as const).flatMap((family) => familyPhrases(readable, family));
  return enumerate(phrases, 5);
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
