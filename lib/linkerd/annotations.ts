/** Annotations and labels that Linkerd reads (linkerd-policy 3.1, 3.2). */
export const INJECT = 'linkerd.io/inject';
export const DEFAULT_INBOUND_POLICY = 'config.linkerd.io/default-inbound-policy';
export const OPAQUE_PORTS = 'config.linkerd.io/opaque-ports';
export const REQUIRE_IDENTITY_PORTS = 'config.linkerd.io/proxy-require-identity-inbound-ports';
export const SKIP_INBOUND_PORTS = 'config.linkerd.io/skip-inbound-ports';
export const SKIP_OUTBOUND_PORTS = 'config.linkerd.io/skip-outbound-ports';
export const SKIP_SUBNETS = 'config.linkerd.io/skip-subnets';
export const ADMIN_PORT = 'config.linkerd.io/admin-port';
export const CONTROL_PORT = 'config.linkerd.io/control-port';
export const INBOUND_PORT = 'config.linkerd.io/inbound-port';

/** Prefix of the annotations that the injector copies from a Namespace onto pods that lack them. */
export const PROXY_CONFIG_PREFIX = 'config.linkerd.io/';

export const CONTROL_PLANE_NS_LABEL = 'linkerd.io/control-plane-ns';
export const WORKLOAD_NS_LABEL = 'linkerd.io/workload-ns';
export const CONTROL_PLANE_COMPONENT_LABEL = 'linkerd.io/control-plane-component';
export const CNI_RESOURCE_LABEL = 'linkerd.io/cni-resource';
export const ADMISSION_WEBHOOKS_LABEL = 'config.linkerd.io/admission-webhooks';

/**
 * Ours, not Linkerd's: on an AuthorizationPolicy or ServerAuthorization that lets outsiders in on purpose. It states
 * *who* they are, so that the intent can be compared with what the object admits; its grammar is in `exception-terms.ts`.
 */
export const EXCEPTION_ANNOTATION = 'namespace-jail/exception';
