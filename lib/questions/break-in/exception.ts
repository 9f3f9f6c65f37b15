import type { ClientAuthorization } from '../../cluster/client-authorization';
import type { Cluster } from '../../cluster/cluster';
import { EXCEPTION_ANNOTATION } from '../../linkerd/annotations';
import type { LinkerdConfig } from '../../linkerd/config';
import {
  EXCEPTION_GRAMMAR,
  formatExceptionTerms,
  parseExceptionTerms,
  type ClientSubject,
  type ExceptionTerm,
} from '../../linkerd/exception-terms';
import {
  isSpiffe,
  namespaceSuffix,
  parseIdentity,
  workloadIdentity,
  type IdentityMatch,
} from '../../linkerd/identity';
import { parseNetwork, type NetworkItem } from '../../linkerd/network';
import { clientGroups } from '../../sets/client-groups';
import { asTextMap, ownValue, valueAt } from '../../kubernetes/fields';
import { placeOf } from '../../manifests/positions';
import { shortName, type SourceObject } from '../../kubernetes/object';
import { ClientSet, ClientIdentities } from '../../sets/client-set';
import { IdentitySet } from '../../sets/identity-set';
import { NetworkSet } from '../../sets/network-set';
import { formatIdentity } from '../../verdict/authorization-match';
import type { Problem } from '../../basics/problem';
import type { NetworkMatch } from '../../linkerd/network-match';

type Domain = Pick<LinkerdConfig, 'linkerdNamespace' | 'trustDomain'>;

/** The clients an annotation value declares, or what is wrong with it. */
export function parseException(value: string, domain: Domain): ClientSet | string {
  const parsed = parseExceptionTerms(value);
  if (parsed.problems !== undefined) return parsed.problems.map(({ what }) => what).join('; ');
  const sets = parsed.terms.map(({ who, from }) => ClientSet.of(subjectSet(who, domain), networkSet(from)));
  return ClientSet.union(sets);
}

function subjectSet(who: ClientSubject, domain: Domain): ClientIdentities {
  switch (who.kind) {
    case 'anyone':
      return ClientIdentities.ALL;
    case 'anyMeshed':
      return identities({ kind: 'suffix', labels: [] });
    case 'namespace':
      return identities(parseIdentity(`*.${namespaceSuffix(who.namespace, domain)}`));
    case 'serviceAccount':
      return identities({ kind: 'exact', name: workloadIdentity(who.name, who.namespace, domain) });
    case 'identity':
      return identities(parseIdentity(who.identity));
  }
}

function identities(pattern: IdentityMatch): ClientIdentities {
  return new ClientIdentities(false, false, IdentitySet.of(pattern));
}

function networkSet(from: NetworkItem | undefined): NetworkSet {
  if (from === undefined) return NetworkSet.ALL;
  const [item, ...holes] = [from.cidr, ...(from.except ?? [])].flatMap((text) => parseNetwork(text) ?? []);
  return item === undefined ? NetworkSet.NONE : NetworkSet.fromItems([{ network: item, except: holes }]);
}

/** Reads an object's annotation; `undefined` if it has none. */
export function declaredClients(
  { object }: SourceObject,
  domain: Domain,
): { readonly value: string; readonly clients: ClientSet | string } | undefined {
  const annotations = asTextMap(object.metadata.annotations);
  const value = ownValue(annotations, EXCEPTION_ANNOTATION);
  return value === undefined ? undefined : { value, clients: parseException(value, domain) };
}

/** Annotations that cannot be read, or that are on objects where they have no effect. */
export function exceptionProblems(cluster: Cluster): Problem[] {
  return cluster.objects.flatMap((source): Problem[] => {
    const declared = declaredClients(source, cluster.config);
    if (declared === undefined) return [];
    const place = placeOf(source.origin, ['metadata', 'annotations', EXCEPTION_ANNOTATION]);
    const what = `${EXCEPTION_ANNOTATION}: ${JSON.stringify(declared.value)} of ${shortName(source.object)}`;
    const { kind } = source.object;
    if (kind !== 'AuthorizationPolicy' && kind !== 'ServerAuthorization') {
      const message = `${what} has no effect here: only an AuthorizationPolicy or ServerAuthorization lets clients in`;
      return [{ ...place, message, remedy: 'move it to the object that lets the clients in' }];
    }
    if (typeof declared.clients !== 'string') return [];
    return [{ ...place, message: `${what} cannot be read: ${declared.clients}`, remedy: EXCEPTION_GRAMMAR }];
  });
}

/**
 * The shortest annotation value that declares the outsiders whom an authorization lets in; own clients need no
 * declaration. What it declares is compared with what the object admits, so it need not repeat networks that no one wrote.
 */
export function exceptionValue(authorization: ClientAuthorization, own: IdentitySet, domain: Domain): string {
  const { authentication: admits, networks } = authorization;
  const isByIdentity = admits.kind === 'identities';
  const subjects: readonly ClientSubject[] = isByIdentity
    ? outsiders(admits.patterns, own, domain)
    : [{ kind: 'anyone' }];
  if (NetworkSet.fromItems(networks).isAll || (isByIdentity && hasDefaultNetworks(authorization)))
    return formatExceptionTerms(subjects.map((who) => ({ who })));
  const from = networks.map(networkItem);
  return formatExceptionTerms(subjects.flatMap((who) => from.map((item) => ({ who, from: item }))));
}

/** A ServerAuthorization that names no networks is for those of the cluster (linkerd-policy 3.7). */
function hasDefaultNetworks({ source }: ClientAuthorization): boolean {
  return (
    source?.object.kind === 'ServerAuthorization' &&
    valueAt(source.object, 'spec', 'client', 'networks') === undefined
  );
}

/** An authorization's clients from outside the namespace, each once, and none that another includes. */
function outsiders(patterns: readonly IdentityMatch[], own: IdentitySet, domain: Domain): ClientSubject[] {
  const outside = patterns.filter((pattern) => !IdentitySet.of(pattern).minus(own).isEmpty);
  const distinct = new Set(outside.map(formatIdentity));
  return [...distinct]
    .filter((identity) => !wider(identity).some((other) => distinct.has(other)))
    .map((identity) => subjectOf(identity, domain));
}

/** The wildcards that include a name or a narrower wildcard: of `a.b.c`, these are `*.b.c`, `*.c` and `*`. */
function wider(identity: string): string[] {
  if (identity === '*' || isSpiffe(identity)) return [];
  const labels = identity.replace(/^\*\./, '').split('.');
  return labels.map((_, index) => ['*', ...labels.slice(index + 1)].join('.'));
}

/**
 * Terms that cover a set of clients, for an entry of a baseline: as narrow as terms can be. A client without an
 * identity is `everyone`: every client can come without showing one.
 */
export function coveringTerms(clients: ClientSet, domain: Domain): ExceptionTerm[] {
  return clientGroups(clients).flatMap(({ peers, networks }) => {
    const isAnonymous = peers.withoutTls || peers.unauthenticatedTls;
    const described = peers.identities.describe().map(({ text }) => text);
    const subjects: ClientSubject[] =
      isAnonymous || described.includes('spiffe://*')
        ? [{ kind: 'anyone' }]
        : described.map((identity) => subjectOf(identity, domain));
    if (networks.or(NetworkSet.LOOPBACK).isAll) return subjects.map((who) => ({ who }));
    return subjects.flatMap((who) => networks.cidrs().map((cidr) => ({ who, from: { cidr } })));
  });
}

function subjectOf(identity: string, { linkerdNamespace, trustDomain }: Domain): ClientSubject {
  if (identity === '*') return { kind: 'anyMeshed' };
  const end = `.serviceaccount.identity.${linkerdNamespace}.${trustDomain}`;
  const [name, namespace, ...rest] = identity.endsWith(end) ? identity.slice(0, -end.length).split('.') : [];
  if (name === undefined || namespace === undefined || rest.length > 0) return { kind: 'identity', identity };
  return name === '*' ? { kind: 'namespace', namespace } : { kind: 'serviceAccount', namespace, name };
}

function networkItem({ network, except }: NetworkMatch): NetworkItem {
  const cidr = (one: NetworkMatch['network']): string => NetworkSet.of(one).cidrs().join(' ');
  return { cidr: cidr(network), except: except.map(cidr) };
}
