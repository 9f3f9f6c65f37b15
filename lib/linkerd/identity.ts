import type { LinkerdConfig } from './config';

/** A DNS label as in Linkerd's CRDs: lower case, digits, inner dashes. */
export const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** A label of a DNS name in a certificate, where an underscore is a letter. */
const CERTIFIED_LABEL = /^[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?$/;

/** The identities a ServerAuthorization's schema accepts: DNS labels, with `*` only as the whole first one. */
const DNS_IDENTITY = /^(\*|[a-z0-9]([-a-z0-9]*[a-z0-9])?)(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const SPIFFE_PREFIX = 'spiffe://';

/** What a policy's identity entry admits: one name, or all names below a suffix (`[]`: every DNS-form name). */
export type IdentityMatch =
  | { readonly kind: 'exact'; readonly name: string }
  | { readonly kind: 'suffix'; readonly labels: readonly string[] };

type IdentityDomain = Pick<LinkerdConfig, 'linkerdNamespace' | 'trustDomain'>;

/** The mesh identity of the pods of one ServiceAccount (linkerd-policy 3.12). */
export function workloadIdentity(serviceAccount: string, namespace: string, domain: IdentityDomain): string {
  return `${serviceAccount}.${namespaceSuffix(namespace, domain)}`;
}

/** The end of the identities of all ServiceAccounts in a namespace. */
export function namespaceSuffix(namespace: string, domain: IdentityDomain): string {
  return `${namespace}.serviceaccount.identity.${domain.linkerdNamespace}.${domain.trustDomain}`;
}

const WORKLOAD_IDENTITY = /^(\*|[^.]+)\.([^.]+)\.serviceaccount\.identity\.(.+)$/;

/** The ServiceAccount(s) behind an identity or wildcard, if it has the form of Linkerd's own; `mesh` is its end. */
export function parseWorkloadIdentity(
  text: string,
): { readonly account: string; readonly namespace: string; readonly mesh: string } | undefined {
  const [, account, namespace, mesh] = WORKLOAD_IDENTITY.exec(text) ?? [];
  if (account === undefined || namespace === undefined || mesh === undefined) return undefined;
  return { account, namespace, mesh };
}

/** URI identities (ExternalWorkloads): never matched by a suffix, not even by `*`. */
export function isSpiffe(identity: string): boolean {
  return identity.startsWith(SPIFFE_PREFIX);
}

/** How the policy controller reads an identity string (linkerd-policy 3.12). */
export function parseIdentity(text: string): IdentityMatch {
  if (text === '*') return { kind: 'suffix', labels: [] };
  if (text.startsWith('*.')) return { kind: 'suffix', labels: text.slice(2).split('.') };
  return { kind: 'exact', name: text };
}

/**
 * Whether any client can have an identity that fits a pattern: certificates hold DNS names in lower case or SPIFFE ids, so
 * that an upper-case letter or an empty label never matches (linkerd-policy 3.12).
 */
export function canMatch(pattern: IdentityMatch): boolean {
  if (pattern.kind === 'suffix') return pattern.labels.every((label) => CERTIFIED_LABEL.test(label));
  return isIdentity(pattern.name);
}

/** Whether a client can have an identity. */
function isIdentity(name: string): boolean {
  if (isSpiffe(name)) return spiffeProblem(name.slice(SPIFFE_PREFIX.length)) === undefined;
  return name.split('.').every((label) => CERTIFIED_LABEL.test(label));
}

/** Whether a client's identity fits a pattern, letter by letter as the proxy does it. */
export function matchesIdentity(pattern: IdentityMatch, identity: string): boolean {
  if (pattern.kind === 'exact') return pattern.name === identity && canMatch(pattern);
  if (isSpiffe(identity)) return false;
  if (pattern.labels.length === 0) return true;
  const suffix = `.${pattern.labels.join('.')}`;
  return identity.endsWith(suffix) && canMatch(pattern);
}

/** What an identity string must be for Linkerd's webhook (rule W12), or `undefined` if it accepts this one. */
export function identityProblem(text: string): string | undefined {
  if (isSpiffe(text)) return spiffeProblem(text.slice(SPIFFE_PREFIX.length));
  if (DNS_IDENTITY.test(text)) return undefined;
  return 'be lower-case DNS labels ("*" only as the whole first one), or a SPIFFE id';
}

function spiffeProblem(rest: string): string | undefined {
  const [domain = '', ...segments] = rest.split('/');
  if (!/^[a-z0-9._-]+$/.test(domain)) {
    return 'have a SPIFFE trust domain of a-z, 0-9, ".", "_" and "-" after "spiffe://"';
  }
  for (const segment of segments) {
    if (segment === '.' || segment === '..' || !/^[A-Za-z0-9._-]+$/.test(segment)) {
      return 'have SPIFFE path segments of letters, digits, ".", "_" and "-", none of them empty, "." or ".."';
    }
  }
  return undefined;
}
