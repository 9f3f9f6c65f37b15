import type { Members } from './members';

/**
 * The Linkerd policy API that a jail is written in.
 *
 * - `AuthorizationPolicy`: Server v1beta3, AuthorizationPolicy, MeshTLSAuthentication and NetworkAuthentication
 *   (Linkerd 2.16 and later).
 * - `ServerAuthorization`: Server v1beta1 and ServerAuthorization, as in Linkerd 2.11.
 */
export type PolicyApi = 'AuthorizationPolicy' | 'ServerAuthorization';

export const POLICY_APIS: readonly PolicyApi[] = ['AuthorizationPolicy', 'ServerAuthorization'];

/** How policy is written; the same for everything declared for one namespace. */
export interface PolicyOptions {
  /**
   * The policy API to write. A namespace uses one API: a jail's choice applies to every `PortServer` and
   * `ExceptionRule` of its namespace, and setting a different one there is an error.
   *
   * @default "AuthorizationPolicy"
   */
  readonly policyApi?: PolicyApi;

  /**
   * Namespace of Linkerd's control plane. It is part of every mesh identity, and used only where identities must
   * be spelled out (`policyApi: ServerAuthorization`).
   *
   * @default "linkerd"
   */
  readonly linkerdNamespace?: string;

  /**
   * Trust domain of the mesh (Helm's `identityTrustDomain`), the end of every mesh identity; used only where
   * identities must be spelled out (`policyApi: ServerAuthorization`).
   *
   * @default "cluster.local"
   */
  readonly trustDomain?: string;
}

/** @internal */
export const POLICY_OPTIONS: Members<PolicyOptions> = {
  policyApi: true,
  linkerdNamespace: true,
  trustDomain: true,
};
