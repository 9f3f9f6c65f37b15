import { nearest } from '../basics/words';

/** The values of `default-inbound-policy` and of a Server's `accessPolicy` (linkerd-policy 4.1). */
export type DefaultPolicy =
  | 'all-authenticated'
  | 'all-unauthenticated'
  | 'cluster-authenticated'
  | 'cluster-unauthenticated'
  | 'deny'
  | 'audit';

/**
 * What happens to a client that no authorization admits.
 *
 * - `deny`: it is refused.
 * - `audit`: it is let in, and the proxy logs it and counts it in its metrics as `authz_name="audit"`.
 */
export type JailMode = 'deny' | 'audit';

type PolicyClients = 'anyone' | 'identities' | 'nobody';
type PolicyOrigin = 'everywhere' | 'cluster';

/** Which clients a policy admits (4.2), and which it is meant to keep out. */
interface PolicyRow<Policy extends DefaultPolicy> {
  /** `identities`: clients that show a mesh identity. */
  readonly who: PolicyClients;
  /** `cluster`: addresses of `clusterNetworks`. */
  readonly from: PolicyOrigin;
  /** `all`: everyone that no authorization admits. `audit` refuses nobody, but is for a port that is about to be closed. */
  readonly meantToKeepOut: Policy extends JailMode ? 'all' : 'unmeshed' | 'outsiders' | 'none';
}

/** A policy without a row does not compile: a new policy must not admit anybody by oversight. */
const POLICIES: { readonly [Policy in DefaultPolicy]: PolicyRow<Policy> } = {
  'all-authenticated': { who: 'identities', from: 'everywhere', meantToKeepOut: 'unmeshed' },
  'all-unauthenticated': { who: 'anyone', from: 'everywhere', meantToKeepOut: 'none' },
  'cluster-authenticated': { who: 'identities', from: 'cluster', meantToKeepOut: 'unmeshed' },
  'cluster-unauthenticated': { who: 'anyone', from: 'cluster', meantToKeepOut: 'outsiders' },
  deny: { who: 'nobody', from: 'everywhere', meantToKeepOut: 'all' },
  audit: { who: 'anyone', from: 'everywhere', meantToKeepOut: 'all' },
};

/** In the order in which messages list what is allowed. */
export const DEFAULT_POLICIES = Object.keys(POLICIES) as readonly DefaultPolicy[];

export function isDefaultPolicy(value: unknown): value is DefaultPolicy {
  return typeof value === 'string' && Object.hasOwn(POLICIES, value);
}

/** Which clients a policy admits, addresses aside. */
export function whoIsAdmitted(policy: DefaultPolicy): PolicyClients {
  return POLICIES[policy].who;
}

/** Whether a policy admits only clients with a mesh identity. */
export function requiresIdentity(policy: DefaultPolicy): boolean {
  return whoIsAdmitted(policy) === 'identities';
}

/** Where the clients of a policy may come from. */
export function originAdmitted(policy: DefaultPolicy): PolicyOrigin {
  return POLICIES[policy].from;
}

/** Whether a policy lets in clients without an identity, and means to. */
export function isMeantToBeOpen(policy: DefaultPolicy): boolean {
  return whoIsAdmitted(policy) === 'anyone' && !isJailMode(policy);
}

/** What `proxy-require-identity-inbound-ports` makes of a default policy: `deny` and `audit` stay (4.3). */
export function withIdentityRequired(policy: DefaultPolicy): DefaultPolicy {
  if (requiresIdentity(policy) || isJailMode(policy)) return policy;
  const { from } = POLICIES[policy];
  return DEFAULT_POLICIES.find((other) => requiresIdentity(other) && POLICIES[other].from === from) ?? policy;
}

/** A jail's policies: `audit` lets everybody in, but whoever sets it means to close the port. */
export const JAIL_MODES: readonly JailMode[] = DEFAULT_POLICIES.filter(isJailMode);

export function isJailMode(policy: string | undefined): policy is JailMode {
  return isDefaultPolicy(policy) && POLICIES[policy].meantToKeepOut === 'all';
}

/** Whether a policy is meant to keep out at least clients without an identity. */
export function isProtective(policy: string | undefined): boolean {
  return isDefaultPolicy(policy) && (isJailMode(policy) || POLICIES[policy].meantToKeepOut === 'unmeshed');
}

/** Words that speak of keeping clients out, and of letting them in. */
const RESTRICTIVE = /den(?:y|ied)|audit|clos|block|refus|reject/i;
const PERMISSIVE = /all|open|auth|cluster|permi|any|true|yes/i;

/**
 * Whether a text in place of a policy was meant to close: `Deny`, `denied`, `closed`. Linkerd takes no other spelling
 * than its own, so such a text closes nothing. What means nothing at all is taken for an attempt to close.
 */
export function isMeantAsJail(text: string): boolean {
  if (isDefaultPolicy(text)) return isJailMode(text);
  const meant = nearest(text.trim(), DEFAULT_POLICIES);
  if (meant !== undefined) return isJailMode(meant);
  return text.trim() !== '' && (RESTRICTIVE.test(text) || !PERMISSIVE.test(text));
}
