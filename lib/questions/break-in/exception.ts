import type { ClientAuthorization } from '../../cluster/client-authorization';
import type { Cluster } from '../../cluster/cluster';
import { EXCEPTION_ANNOTATION } from '../../linkerd/annotations';
import type { LinkerdConfig } from '../../linkerd/config';
import {
  DNS_LABEL,
  identityProblem,
  namespaceSuffix,
  parseIdentity,
  workloadIdentity,
  type IdentityMatch,
} from '../../linkerd/identity';
import { networkProblems, parseNetwork } from '../../linkerd/network';
import { asTextMap, ownValue } from '../../kubernetes/fields';
import { placeOf } from '../../manifests/positions';
import { shortName, type SourceObject } from '../../kubernetes/object';
import { ClientSet, ClientIdentities } from '../../sets/client-set';
import { IdentitySet } from '../../sets/identity-set';
import { NetworkSet } from '../../sets/network-set';
import { formatIdentity } from '../../verdict/authorization-match';
import type { Problem } from '../../basics/problem';
import type { NetworkMatch } from '../../linkerd/network-match';

const ALLOWED =
  'allowed are, separated by commas: everyone, any-meshed, namespace NAME, serviceaccount NAMESPACE/NAME, ' +
  'identity PATTERN; each may be followed by: from CIDR [except CIDR ...]';

type Domain = Pick<LinkerdConfig, 'linkerdNamespace' | 'trustDomain'>;

/** The clients that a value of the annotation states, or what is wrong with it. */
export function parseException(value: string, domain: Domain): ClientSet | string {
  const terms = value.split(',').map((term) => term.trim());
  let all = ClientSet.NONE;
  for (const term of terms) {
    const clients = parseTerm(term, domain);
    if (typeof clients === 'string') return clients;
    all = all.or(clients);
  }
  return all;
}

function parseTerm(term: string, domain: Domain): ClientSet | string {
  const words = term.split(/\s+/);
  const from = words.indexOf('from');
  const who = parseWho(from < 0 ? words : words.slice(0, from), domain);
  if (typeof who === 'string') return who;
  if (from < 0) return ClientSet.of(who, NetworkSet.ALL);
  const networks = parseFrom(words.slice(from + 1), term);
  return typeof networks === 'string' ? networks : ClientSet.of(who, networks);
}

function parseWho(words: readonly string[], domain: Domain): ClientIdentities | string {
  const [kind = '', name, ...more] = words;
  const wrong = (what: string): string => `${JSON.stringify(words.join(' '))} ${what}`;
  if (more.length > 0) return wrong('has a word too many');
  if (kind === 'everyone' || kind === 'any-meshed') {
    if (name !== undefined) return wrong(`has a word too many after ${kind}`);
    return kind === 'everyone' ? ClientIdentities.ALL : identities({ kind: 'suffix', labels: [] });
  }
  if (kind === 'namespace') {
    if (name === undefined || !DNS_LABEL.test(name)) return wrong('does not name a namespace');
    return identities(parseIdentity(`*.${namespaceSuffix(name, domain)}`));
  }
  if (kind === 'serviceaccount') {
    const [namespace = '', account = '', ...rest] = (name ?? '').split('/');
    if (!DNS_LABEL.test(namespace) || account === '' || rest.length > 0) {
      return wrong('does not name a ServiceAccount as NAMESPACE/NAME');
    }
    return identities({ kind: 'exact', name: workloadIdentity(account, namespace, domain) });
  }
  if (kind === 'identity') {
    const problem = name === undefined ? 'is missing' : identityProblem(name);
    if (name === undefined || problem !== undefined) return wrong(`names no identity: it ${problem ?? ''}`);
    return identities(parseIdentity(name));
  }
  return wrong('names no client');
}

function identities(pattern: IdentityMatch): ClientIdentities {
  return new ClientIdentities(false, false, IdentitySet.of(pattern));
}

function parseFrom([cidr = '', word, ...except]: readonly string[], term: string): NetworkSet | string {
  if (word !== undefined && (word !== 'except' || except.length === 0)) {
    return `${JSON.stringify(term)} names more than one network; repeat the client for each of them`;
  }
  const problems = networkProblems({ cidr, except });
  const network = parseNetwork(cidr);
  if (problems.length > 0 || network === undefined)
    return `in ${JSON.stringify(term)}: ${problems.join(', ')}`;
  const holes = except.flatMap((hole) => parseNetwork(hole) ?? []);
  return NetworkSet.fromItems([{ network, except: holes }]);
}

/** Reads the annotation of an object; `undefined` if it has none. */
export function declaredClients(
  { object }: SourceObject,
  domain: Domain,
): { readonly value: string; readonly clients: ClientSet | string } | undefined {
  const annotations = asTextMap(object.metadata.annotations);
  const value = ownValue(annotations, EXCEPTION_ANNOTATION);
  return value === undefined ? undefined : { value, clients: parseException(value, domain) };
}

/** Annotations that cannot be read, or that stand where they declare nothing. */
export function exceptionProblems(cluster: Cluster): Problem[] {
  return cluster.objects.flatMap((source): Problem[] => {
    const declared = declaredClients(source, cluster.config);
    if (declared === undefined) return [];
    const place = placeOf(source.origin, ['metadata', 'annotations', EXCEPTION_ANNOTATION]);
    const what = `${EXCEPTION_ANNOTATION}: ${JSON.stringify(declared.value)} of ${shortName(source.object)}`;
    const { kind } = source.object;
    if (kind !== 'AuthorizationPolicy' && kind !== 'ServerAuthorization') {
      const message = `${what} declares nothing: only an AuthorizationPolicy or ServerAuthorization lets clients in`;
      return [{ ...place, message, remedy: 'put it on the object that admits the clients' }];
    }
    if (typeof declared.clients !== 'string') return [];
    return [{ ...place, message: `${what} cannot be read: ${declared.clients}`, remedy: ALLOWED }];
  });
}

/** The value of the annotation that declares exactly what an authorization admits; own clients need no word. */
export function exceptionValue(
  { authentication: admits, networks }: ClientAuthorization,
  own: IdentitySet,
  domain: Domain,
): string {
  const who = admits.kind === 'identities' ? identityTerms(admits.patterns, own, domain) : ['everyone'];
  if (NetworkSet.fromItems(networks).isAll) return who.join(', ');
  return who.flatMap((term) => networks.map((item) => `${term} from ${networkTerm(item)}`)).join(', ');
}

function identityTerms(
  patterns: readonly IdentityMatch[],
  own: IdentitySet,
  { linkerdNamespace, trustDomain }: Domain,
): string[] {
  const outside = patterns.filter((pattern) => !IdentitySet.of(pattern).minus(own).isEmpty);
  const end = `.serviceaccount.identity.${linkerdNamespace}.${trustDomain}`;
  const terms = outside.map((pattern) => {
    const text = formatIdentity(pattern);
    if (text === '*') return 'any-meshed';
    const [account, namespace, ...rest] = text.endsWith(end) ? text.slice(0, -end.length).split('.') : [];
    if (account === undefined || namespace === undefined || rest.length > 0) return `identity ${text}`;
    return account === '*' ? `namespace ${namespace}` : `serviceaccount ${namespace}/${account}`;
  });
  return [...new Set(terms)];
}

function networkTerm({ network, except }: NetworkMatch): string {
  const cidr = (one: NetworkMatch['network']): string => NetworkSet.of(one).cidrs().join(' ');
  return `${cidr(network)}${except.length === 0 ? '' : ` except ${except.map(cidr).join(' ')}`}`;
}
