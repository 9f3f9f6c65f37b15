import { clientGroups, isWide, type ClientGroup } from '../../sets/client-groups';
import type { Witness } from '../../verdict/witness';
import { workloadKey } from '../../cluster/workload';
import { parseNetwork } from '../../linkerd/network';
import type { LinkerdConfig } from '../../linkerd/config';
import type { ClientSet } from '../../sets/client-set';
import type { IdentitySet } from '../../sets/identity-set';
import { NetworkSet } from '../../sets/network-set';
import { commandLine } from './shell';

/** The part of the configuration that identities and networks are spelled with. */
export type Domain = Pick<LinkerdConfig, 'linkerdNamespace' | 'trustDomain' | 'clusterNetworks'>;

/** Clients in words that need no knowledge of Linkerd, one phrase for each kind of them. */
export function clientPhrases(set: ClientSet, domain: Domain): readonly string[] {
  return clientGroups(set).map((row) => rowPhrase(row, domain));
}

/** The phrases in one line. */
export function clientWords(set: ClientSet, domain: Domain): string {
  const phrases = clientPhrases(set, domain);
  return phrases.length === 0 ? 'nobody' : shortList(phrases, 4);
}

function rowPhrase({ peers, networks }: ClientGroup, domain: Domain): string {
  const cluster = clusterNetworks(domain);
  const isCluster = networks.key === cluster.key;
  const isOutside =
    networks.or(NetworkSet.LOOPBACK).key === NetworkSet.ALL.minus(cluster).or(NetworkSet.LOOPBACK).key;
  const from = isCluster
    ? "the cluster's networks"
    : isOutside
      ? "outside the cluster's networks"
      : networkWords(networks);
  const who = peerWords(peers, domain);
  // Where somebody is left out, the networks belong to those who are in.
  return from === '' ? who : `${who}${who.includes(' but ') ? ',' : ''} from ${from}`;
}

function clusterNetworks({ clusterNetworks: cidrs }: Domain): NetworkSet {
  return cidrs.reduce((all, cidr) => {
    const network = parseNetwork(cidr);
    return network === undefined ? all : all.or(NetworkSet.of(network));
  }, NetworkSet.NONE);
}

function peerWords(peers: ClientGroup['peers'], domain: Domain): string {
  if (peers.withoutTls && peers.unauthenticatedTls && isWide(peers.identities)) {
    const but = exceptWords(peers.identities, domain);
    return but === '' ? 'anyone' : `anyone but ${but}`;
  }
  if (peers.withoutTls && peers.unauthenticatedTls) return 'unmeshed clients (or without identity)';
  if (peers.withoutTls) return 'unmeshed clients';
  if (peers.unauthenticatedTls) return 'clients with TLS and no identity';
  return identityWords(peers.identities, domain);
}

/** A set of identities in words. */
export function identityWords(identities: IdentitySet, domain: Domain): string {
  const described = identities.describe();
  if (isWide(identities)) {
    const spiffe = described.some(({ text }) => text === 'spiffe://*') ? '' : ' (SPIFFE ids apart)';
    const but = exceptWords(identities, domain);
    return `any mesh identity${spiffe}${but === '' ? '' : ` but ${but}`}`;
  }
  const words = described.map(({ text, except }) => {
    const but = except.map((name) => identityWord(name, domain));
    return `${identityWord(text, domain)}${but.length === 0 ? '' : ` but ${shortList(but, 4)}`}`;
  });
  return shortList(words, 6);
}

function exceptWords(identities: IdentitySet, domain: Domain): string {
  const described = identities.describe();
  const out = described.filter(({ text }) => text === '*' || text === 'spiffe://*');
  const back = described.filter(({ text }) => text !== '*' && text !== 'spiffe://*');
  const but = shortList(
    out.flatMap(({ except }) => except.map((name) => identityWord(name, domain))),
    6,
  );
  const still = back.map(({ text }) => identityWord(text, domain));
  return still.length === 0 ? but : `${but} (of whom ${shortList(still, 4)} nevertheless)`;
}

const WORKLOAD = /^(\*|[^.]+)\.([^.]+)\.serviceaccount\.identity\.(.+)$/;

/** One identity or wildcard: as the ServiceAccounts that it stands for, if it does. */
function identityWord(text: string, domain: Domain): string {
  const home = `${domain.linkerdNamespace}.${domain.trustDomain}`;
  if (text === `*.serviceaccount.identity.${home}`) return 'every ServiceAccount of the cluster';
  if (text === 'spiffe://*') return 'every SPIFFE id';
  if (text.startsWith('spiffe://')) return `SPIFFE id ${text}`;
  const [, account, namespace, mesh] = WORKLOAD.exec(text) ?? [];
  if (account === undefined || namespace === undefined) return `identity ${text}`;
  const foreign = mesh === home ? '' : ` of the mesh ${mesh ?? ''}`;
  return account === '*'
    ? `every ServiceAccount of namespace ${namespace}${foreign}`
    : `ServiceAccount ${account} of ${namespace}${foreign}`;
}

/** Networks as a person would write them: `10.0.0.0/8 except 10.1.0.0/16`; empty for everywhere. */
export function networkWords(networks: NetworkSet): string {
  const all = networks.or(NetworkSet.LOOPBACK);
  if (all.isAll) return '';
  const readable = all.cidrs().length < networks.cidrs().length ? all : networks;
  const plain = readable.cidrs();
  const holes = NetworkSet.ALL.minus(all).cidrs();
  if (holes.length < plain.length && holes.length <= 4) return `anywhere except ${shortList(holes, 4)}`;
  const phrases = ([4, 6] as const).flatMap((family) => familyPhrases(readable, family));
  return shortList(phrases, 5);
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

/** `a, b and c`; more than `most` are counted. */
export function shortList(words: readonly string[], most: number): string {
  if (words.length > most)
    return `${words.slice(0, most - 1).join(', ')} and ${words.length - most + 1} more`;
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** The command line that replays a witness; paths are those of the manifests, as the user typed them. */
export function canCommand(witness: Witness, domain: Domain, paths: readonly string[] = []): string {
  const { client, target, traffic } = witness;
  const words = ['namespace-jail', 'can', ...clientArguments(witness, domain), targetName(target)];
  words.push(...paths);
  if (client.tls !== 'none') words.push('--ip', client.ip);
  if (traffic.kind === 'request') {
    const { method, path, headers = {}, version } = traffic.request;
    if (method !== undefined && method !== 'GET') words.push('--method', method);
    words.push('--path', path);
    for (const [name, value] of Object.entries(headers)) {
      for (const one of typeof value === 'string' ? [value] : value)
        words.push('--header', `${name}: ${one}`);
    }
    if (version !== undefined) words.push('--http-version', version);
  }
  return commandLine(words);
}

function clientArguments({ client }: Witness, domain: Domain): string[] {
  if (client.tls === 'none') return [client.ip];
  if (client.tls === 'unauthenticated-tls') return ['unauthenticated-tls'];
  const identity = client.identity ?? '';
  const [, account = '', namespace = '', mesh] = WORKLOAD.exec(identity) ?? [];
  const isLocal = mesh === `${domain.linkerdNamespace}.${domain.trustDomain}`;
  return [isLocal ? `${namespace}/serviceaccount/${account}` : identity];
}

export function targetName({ namespace, kind, name, port }: Witness['target']): string {
  return `${namespace}/${kind}/${name}:${port}`;
}

/** A set for machines: the union of its boxes. `docs/json.md` describes it. */
export function clientsJson(set: ClientSet, domain: Domain): object {
  return {
    words: clientWords(set, domain),
    boxes: clientGroups(set).map(({ peers, networks }) => ({
      unmeshed: peers.withoutTls,
      tlsWithoutIdentity: peers.unauthenticatedTls,
      identities: peers.identities.describe(),
      networks: networks.cidrs(),
    })),
  };
}

/** A witness for machines. */
export function witnessJson(witness: Witness, domain: Domain, paths: readonly string[] = []): object {
  const { client, target, traffic } = witness;
  return {
    client,
    workload: workloadKey(target),
    port: target.port,
    ...(traffic.kind === 'request' ? { request: traffic.request } : {}),
    command: canCommand(witness, domain, paths),
  };
}
