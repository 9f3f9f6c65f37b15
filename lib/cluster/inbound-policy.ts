import { withIdentityRequired, type DefaultPolicy } from '../linkerd/default-policy';
import { protocolMode, type ProtocolMode } from '../linkerd/protocol';
import { shortName } from '../kubernetes/object';
import {
  AUDIT,
  LOCALHOST,
  type ClientAuthorization,
  type DefaultAuthorizations,
  type IneffectiveObject,
} from './client-authorization';
import type { AuthorizationPolicy } from './authorization-policy';
import { isEffective, type NamespacePolicy } from './policy-index';
import { GENERATED_GRPC_ROUTES, generatedHttpRoutes, type Route } from './route';
import type { RouteObject } from './route-decode';
import type { Server } from './server';

/** What governs a port: a Server object, or the default policy of the pod. */
export interface ServerRef {
  /** `server/NAME` or `default/POLICY`. */
  readonly name: string;
  readonly object?: Server;
}

/** The policy of one (pod, port) as its proxy holds it (linkerd-policy 3.11). Ports alike share one object. */
export interface InboundPolicy {
  readonly governedBy: ServerRef;
  readonly protocol: ProtocolMode;
  /** In precedence order; empty where the proxy gets none. */
  readonly routes: readonly Route[];
  /** Authorizations of the Server level, in the order in which they are reported; they hold on every route. */
  readonly authorizations: readonly ClientAuthorization[];
  /** Written for this port, but without effect. */
  readonly ignored: readonly IneffectiveObject[];
  /** Why the proxy could not take the policy and refuses everybody (3.11). */
  readonly invalidBecause?: string;
}

/** The policy of a port that a Server owns. */
export function serverPolicy(
  server: Server,
  policy: NamespacePolicy,
  probePaths: ReadonlySet<string>,
  defaults: DefaultAuthorizations,
): InboundPolicy {
  const ignored: IneffectiveObject[] = [];
  const grants: ClientAuthorization[] = [];
  const collect = (grant: ClientAuthorization | IneffectiveObject): void => {
    if (isEffective(grant)) grants.push(grant);
    else ignored.push(grant);
  };
  for (const { target, authorization: grant } of policy.authorizationPolicies) {
    if (target.kind === 'namespace' || (target.kind === 'server' && target.name === server.name))
      collect(grant);
  }
  for (const candidate of policy.serverAuthorizations)
    if (candidate.selects(server)) collect(candidate.authorization);
  const access = server.accessPolicy === undefined ? [] : defaults.of(server.accessPolicy);
  const mode = protocolMode(server.protocol);
  const attached = attachedRoutes(server, mode, policy, ignored);
  const governor: ServerRef = { name: `server/${server.name}`, object: server };
  const broken = mode === 'grpc' ? attached.find((route) => route.hasMatchWithoutMethod) : undefined;
  if (broken !== undefined) {
    const reason = `${shortName(broken.source.object)} has a match without "method", which makes the proxy refuse everything`;
    return {
      governedBy: governor,
      protocol: mode,
      routes: [],
      authorizations: [],
      ignored,
      invalidBecause: reason,
    };
  }
  return {
    governedBy: governor,
    protocol: mode,
    routes: routesOf(mode, attached, policy.authorizationPolicies, probePaths, defaults, ignored),
    authorizations: reportOrder([...grants, ...access, LOCALHOST]),
    ignored,
  };
}

/** The policy of a port without a Server (linkerd-policy 4.3). */
export function defaultPortPolicy(
  podPolicy: DefaultPolicy,
  port: { readonly opaque: boolean; readonly requireIdentity: boolean },
  probePaths: ReadonlySet<string>,
  defaults: DefaultAuthorizations,
): InboundPolicy {
  const policy = port.requireIdentity ? withIdentityRequired(podPolicy) : podPolicy;
  const mode = port.opaque ? 'opaque' : 'detect';
  return {
    governedBy: { name: `default/${policy}` },
    protocol: mode,
    routes: routesOf(mode, [], [], probePaths, defaults, []),
    authorizations: reportOrder([...defaults.of(policy), LOCALHOST]),
    ignored: [],
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
    return 'a GRPCRoute has the same Server as its parent, so it is not accepted';
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
  for (const { target, authorization: grant } of policies) {
    if (target.kind !== 'route' || target.key !== route.key) continue;
    if (isEffective(grant)) authorizations.push(grant);
    else ignored.push(grant);
  }
  const { source, kind, hostnames, rules } = route;
  return { name: shortName(source.object), kind, source, hostnames, rules, authorizations };
}

/**
 * The proxy's own order is arbitrary but for `localhost`, its last. We name objects before defaults, and `audit` after
 * everything: it decides only where nothing else admits.
 */
function reportOrder(authorizations: readonly ClientAuthorization[]): readonly ClientAuthorization[] {
  return [
    ...authorizations.filter(({ name }) => name !== AUDIT),
    ...authorizations.filter(({ name }) => name === AUDIT),
  ];
}
