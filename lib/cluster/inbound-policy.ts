import { withIdentityRequired, type DefaultPolicy } from '../linkerd/default-policy';
import { protocolMode, type ProtocolMode } from '../linkerd/protocol';
import { shortName } from '../kubernetes/object';
import {
  LOCALHOST,
  type ClientAuthorization,
  type DefaultAuthorizations,
  type IneffectiveObject,
} from './client-authorization';
import type { AuthorizationPolicy } from './authorization-policy';
import { isEffective, type NamespacePolicy } from './policy-index';
import { auditLast, defaultPolicyRef, routeName, serverRef, type ServerRef } from './policy-refs';
import { GENERATED_GRPC_ROUTES, generatedHttpRoutes, type Route } from './route';
import type { RouteObject } from './route-decode';
import type { Server } from './server';

/** The policy of one (pod, port) as its proxy holds it (linkerd-policy 3.11). Equal ports share one object. */
export interface InboundPolicy {
  readonly governedBy: ServerRef;
  readonly protocol: ProtocolMode;
  /** In precedence order; empty if the proxy gets none. */
  readonly routes: readonly Route[];
  /**
   * Server-level authorizations, which apply to every route. In the proxy their order is arbitrary, except that
   * `localhost` comes last; here objects come before defaults, and `audit` after everything.
   */
  readonly authorizations: readonly ClientAuthorization[];
  /** Server-level authorizations that exist only if something is there that the input does not have. */
  readonly uncertain: readonly ClientAuthorization[];
  /** Objects written for this port that have no effect. */
  readonly ignored: readonly IneffectiveObject[];
  /** Why the proxy could not accept the policy and refuses everybody (3.11). */
  readonly invalidBecause?: string;
}

/** The policy of a port owned by a Server. */
export function serverPolicy(
  server: Server,
  policy: NamespacePolicy,
  probePaths: ReadonlySet<string>,
  defaults: DefaultAuthorizations,
): InboundPolicy {
  const ignored: IneffectiveObject[] = [];
  const written: ClientAuthorization[] = [];
  const uncertain: ClientAuthorization[] = [...policy.uncertain];
  const collect = (authorization: ClientAuthorization | IneffectiveObject): void => {
    if (isEffective(authorization)) written.push(authorization);
    else {
      ignored.push(authorization);
      if (authorization.ifPresent !== undefined) uncertain.push(authorization.ifPresent);
    }
  };
  for (const { target, authorization } of policy.authorizationPolicies) {
    if (target.kind === 'namespace' || (target.kind === 'server' && target.name === server.name))
      collect(authorization);
  }
  for (const candidate of policy.serverAuthorizations)
    if (candidate.selects(server)) collect(candidate.authorization);
  const access = server.accessPolicy === undefined ? [] : defaults.of(server.accessPolicy);
  const mode = protocolMode(server.protocol);
  const attached = attachedRoutes(server, mode, policy, ignored);
  const governor = serverRef(server);
  const broken = mode === 'grpc' ? attached.find((route) => route.hasMatchWithoutMethod) : undefined;
  if (broken !== undefined) {
    const reason = `${shortName(broken.source.object)} has a match without "method", which makes the proxy refuse everything`;
    return {
      governedBy: governor,
      protocol: mode,
      routes: [],
      authorizations: [],
      uncertain: policy.uncertain,
      ignored,
      invalidBecause: reason,
    };
  }
  const nowhere = withoutNetworks([...written, ...access]);
  if (nowhere !== undefined)
    return {
      governedBy: governor,
      protocol: mode,
      routes: [],
      authorizations: [],
      uncertain: policy.uncertain,
      ignored,
      ...nowhere,
    };
  return {
    governedBy: governor,
    protocol: mode,
    routes: routesOf(mode, attached, policy.authorizationPolicies, probePaths, defaults, ignored),
    authorizations: auditLast([...written, ...access, LOCALHOST]),
    uncertain,
    ignored,
  };
}

/** The policy of a port without a Server (linkerd-policy 4.3). */
export function defaultPortPolicy(
  podPolicy: DefaultPolicy,
  port: { readonly opaque: boolean; readonly requireIdentity: boolean },
  probePaths: ReadonlySet<string>,
  defaults: DefaultAuthorizations,
  uncertain: readonly ClientAuthorization[],
): InboundPolicy {
  const policy = port.requireIdentity ? withIdentityRequired(podPolicy) : podPolicy;
  const mode = port.opaque ? 'opaque' : 'detect';
  const governor = defaultPolicyRef(policy);
  const nowhere = withoutNetworks(defaults.of(policy));
  const none = { routes: [], authorizations: [], uncertain, ignored: [] };
  if (nowhere !== undefined) return { governedBy: governor, protocol: mode, ...none, ...nowhere };
  return {
    governedBy: governor,
    protocol: mode,
    routes: routesOf(mode, [], [], probePaths, defaults, []),
    authorizations: auditLast([...defaults.of(policy), LOCALHOST]),
    uncertain,
    ignored: [],
  };
}

/** The proxy takes no policy with an authorization without networks, which an empty `clusterNetworks` makes (3.11). */
function withoutNetworks(
  authorizations: readonly ClientAuthorization[],
): Pick<InboundPolicy, 'invalidBecause'> | undefined {
  const empty = authorizations.find(({ networks }) => networks.length === 0);
  if (empty === undefined) return undefined;
  return {
    invalidBecause: `${empty.name} is for the cluster's networks, and clusterNetworks is empty, which makes the proxy refuse everything`,
  };
}

/** Routes that contribute to a Server (3.9) and reach a proxy of this mode (3.10). */
function attachedRoutes(
  server: Server,
  mode: ProtocolMode,
  policy: NamespacePolicy,
  ignored: IneffectiveObject[],
): readonly RouteObject[] {
  const attached: RouteObject[] = [];
  for (const route of policy.routes) {
    if (!route.servers.includes(server.name)) continue;
    const reason = whyIneffective(route, server, mode, policy);
    if (reason === undefined) attached.push(route);
    else ignored.push({ name: shortName(route.source.object), source: route.source, reason });
  }
  return attached;
}

function whyIneffective(
  route: RouteObject,
  server: Server,
  mode: ProtocolMode,
  policy: NamespacePolicy,
): string | undefined {
  if (mode === 'opaque' || mode === 'tls')
    return `routes have no effect on a Server with proxyProtocol ${server.protocol}`;
  if (route.kind === 'grpc') {
    return mode === 'grpc'
      ? undefined
      : `GRPCRoutes have no effect on a Server with proxyProtocol ${server.protocol}`;
  }
  if (policy.grpcParents.has(server.name))
    return 'a GRPCRoute has the same parent Server, so this route is not accepted';
  return mode === 'grpc' ? 'HTTPRoutes have no effect on a Server with proxyProtocol gRPC' : undefined;
}

function routesOf(
  mode: ProtocolMode,
  attached: readonly RouteObject[],
  policies: readonly AuthorizationPolicy[],
  probePaths: ReadonlySet<string>,
  defaults: DefaultAuthorizations,
  ignored: IneffectiveObject[],
): readonly Route[] {
  if (mode === 'opaque' || mode === 'tls') return [];
  if (attached.length > 0) return attached.map((route) => withAuthorizations(route, policies, ignored));
  if (mode === 'grpc') return GENERATED_GRPC_ROUTES;
  return generatedHttpRoutes(probePaths, defaults.probe);
}

function withAuthorizations(
  route: RouteObject,
  policies: readonly AuthorizationPolicy[],
  ignored: IneffectiveObject[],
): Route {
  const authorizations: ClientAuthorization[] = [];
  const uncertain: ClientAuthorization[] = [];
  for (const { target, authorization } of policies) {
    if (target.kind !== 'route' || target.key !== route.key) continue;
    if (isEffective(authorization)) authorizations.push(authorization);
    else {
      ignored.push(authorization);
      if (authorization.ifPresent !== undefined) uncertain.push(authorization.ifPresent);
    }
  }
  const { source, kind, hostnames, rules, isUndated } = route;
  const ref = { kind: 'object', source } as const;
  return { ref, name: routeName(ref), kind, source, hostnames, rules, isUndated, authorizations, uncertain };
}
