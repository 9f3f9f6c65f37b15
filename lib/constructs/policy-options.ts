import type { PropMembers } from './members';

/**
 * The Linkerd policy API that a jail is written in.
 *
 * - `AuthorizationPolicy`: Server v1beta3, AuthorizationPolicy, MeshTLSAuthentication and NetworkAuthentication
 *   (Linkerd 2.16 and later).
 * - `ServerAuthorization`: Server v1beta1 and ServerAuthorization, as in Linkerd 2.11.
 */
export type PolicyApi = 'AuthorizationPolicy' | 'ServerAuthorization';

export const POLICY_APIS: readonly PolicyApi[] = ['AuthorizationPolicy', 'ServerAuthorization'];

/**
 * The API group of the HTTPRoutes that a jail writes for exceptions with `paths` or `methods`.
 *
 * - `policy.linkerd.io`: Linkerd's own, which every cluster has that has Linkerd's CRDs.
 * - `gateway.networking.k8s.io`: the Gateway API's, which must be installed beside Linkerd.
 *
 * Linkerd takes both alike. GRPCRoute exists in the Gateway API only.
 */
export type RouteApi = 'policy.linkerd.io' | 'gateway.networking.k8s.io';

export const ROUTE_APIS: readonly RouteApi[] = ['policy.linkerd.io', 'gateway.networking.k8s.io'];

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

  /**
   * The API group of HTTPRoutes, which exceptions with `paths` or `methods` need.
   *
   * @default "policy.linkerd.io" - it comes with Linkerd; the Gateway API must be installed separately
   */
  readonly routeApi?: RouteApi;

  /**
   * The networks that the mesh lets probes in from (`policyController.probeNetworks` of Linkerd's chart). Used only where
   * an exception has `paths` or `methods`, so that probes get through as before; an empty list means that the mesh lets in
   * none.
   *
   * @default - every address, as in Linkerd's chart
   */
  readonly probeNetworks?: string[];
}

/** @internal */
export const POLICY_OPTIONS: PropMembers<PolicyOptions> = {
  policyApi: true,
  linkerdNamespace: true,
  trustDomain: true,
  routeApi: true,
  probeNetworks: true,
};
