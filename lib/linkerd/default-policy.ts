/** The values of `default-inbound-policy` and of a Server's `accessPolicy` (linkerd-policy 4.1). */
export const DEFAULT_POLICIES = [
  'all-authenticated',
  'all-unauthenticated',
  'cluster-authenticated',
  'cluster-unauthenticated',
  'deny',
  'audit',
] as const;

export type DefaultPolicy = (typeof DEFAULT_POLICIES)[number];

export function isDefaultPolicy(value: unknown): value is DefaultPolicy {
  return (DEFAULT_POLICIES as readonly unknown[]).includes(value);
}

/** Whether a policy admits only clients with a mesh identity. */
export function requiresIdentity(policy: DefaultPolicy): boolean {
  return policy === 'all-authenticated' || policy === 'cluster-authenticated';
}

/** Whether a policy admits only clients whose address is in `clusterNetworks`. */
export function isClusterOnly(policy: DefaultPolicy): boolean {
  return policy === 'cluster-authenticated' || policy === 'cluster-unauthenticated';
}

/** What `proxy-require-identity-inbound-ports` makes of a default policy: `deny` and `audit` stay (4.3). */
export function withIdentityRequired(policy: DefaultPolicy): DefaultPolicy {
  if (policy === 'all-unauthenticated') return 'all-authenticated';
  if (policy === 'cluster-unauthenticated') return 'cluster-authenticated';
  return policy;
}
