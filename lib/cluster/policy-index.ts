import type { LinkerdConfig } from '../linkerd/config';
import type { FindRefused } from './refused-objects';
import { shortName, type SourceObject } from '../kubernetes/object';
import { undatedLast, type Ages } from './object-order';
import type { ClientAuthorization, IneffectiveObject } from './client-authorization';
import {
  decodeTarget,
  resolveAuthorization,
  type AuthorizationPolicy,
  type FindAuthentication,
} from './authorization-policy';
import { decodeRoute, parentServers, type RouteObject, type RouteProblem } from './route-decode';
import { missingTargets, whatItMayGrant } from './missing-targets';
import { decodeServer, sortServers, type Server } from './server';
import { decodeServerAuthorization, type ServerAuthorization } from './server-authorization';
import { compareText, memoized } from '../basics/collections';
import { GATEWAY_GROUP, POLICY_GROUP } from '../kubernetes/kinds';
import { groupOf } from '../kubernetes/references';

/** All policy of one namespace, decoded once. */
export interface NamespacePolicy {
  /** In the order in which they claim ports. */
  readonly servers: readonly Server[];
  readonly authorizationPolicies: readonly AuthorizationPolicy[];
  readonly serverAuthorizations: readonly ServerAuthorization[];
  /** Routes of the Servers they list, in precedence order (3.10). */
  readonly routes: readonly RouteObject[];
  /** Objects that have no effect at all, with the reason. */
  readonly ignored: readonly IneffectiveObject[];
  /** Routes that have no effect at all. */
  readonly ignoredRoutes: readonly IgnoredRoute[];
  /** Servers that a GRPCRoute lists as its parent: HTTPRoutes on them are not accepted (11.1). */
  readonly grpcParents: ReadonlySet<string>;
  /** What Servers and routes may grant that objects here refer to, and that the input does not have. */
  readonly uncertain: readonly ClientAuthorization[];
}

export interface IgnoredRoute extends IneffectiveObject, RouteProblem {}

export const NO_POLICY: NamespacePolicy = {
  servers: [],
  authorizationPolicies: [],
  serverAuthorizations: [],
  routes: [],
  ignored: [],
  ignoredRoutes: [],
  grpcParents: new Set(),
  uncertain: [],
};

export type NamespaceOf = (source: SourceObject) => string;

/** What policy is read with. */
export interface PolicyContext {
  readonly namespaceOf: NamespaceOf;
  readonly config: LinkerdConfig;
  readonly ages: Ages;
  /** Whether the input has all objects of a kind in a namespace: what is not there does not exist. */
  readonly isComplete: (kind: string, namespace: string) => boolean;
  /** What is in the input, and refused. @default nothing */
  readonly refused?: FindRefused;
}

/** Decodes the policy objects of all namespaces. */
export function indexPolicy(
  sources: readonly SourceObject[],
  context: PolicyContext,
): ReadonlyMap<string, NamespacePolicy> {
  const { namespaceOf } = context;
  const find = finder(sources, context);
  const builders = new Map<string, Builder>();
  const builder = (namespace: string): Builder =>
    memoized(builders, namespace, () => new Builder(namespace, context, find));
  for (const source of sources) builder(namespaceOf(source)).add(source);
  for (const source of sources) {
    if (!isRoute(source) || source.object.kind !== 'GRPCRoute') continue;
    for (const parent of parentServers(source, namespaceOf(source)))
      builder(parent.namespace).grpcParents.add(parent.name);
  }
  return new Map([...builders].map(([namespace, built]) => [namespace, built.build()]));
}

export function isPolicyObject(group: string, kind: string): boolean {
  if (group === GATEWAY_GROUP) return kind === 'HTTPRoute' || kind === 'GRPCRoute';
  return group === POLICY_GROUP;
}

function isRoute({ object }: SourceObject): boolean {
  return object.kind === 'HTTPRoute' || object.kind === 'GRPCRoute';
}

function finder(
  sources: readonly SourceObject[],
  { namespaceOf, isComplete }: PolicyContext,
): FindAuthentication {
  const authentications = new Map<string, SourceObject>();
  for (const source of sources) {
    const { kind, metadata } = source.object;
    if (kind === 'MeshTLSAuthentication' || kind === 'NetworkAuthentication') {
      authentications.set(`${kind}/${namespaceOf(source)}/${metadata.name}`, source);
    }
  }
  return (kind, namespace, name) =>
    authentications.get(`${kind}/${namespace}/${name}`) ??
    (namespace === '' || isComplete(kind, namespace) ? 'absent' : 'unknown');
}

class Builder {
  public readonly grpcParents = new Set<string>();
  private readonly servers: Server[] = [];
  private readonly authorizationPolicies: AuthorizationPolicy[] = [];
  private readonly serverAuthorizations: ServerAuthorization[] = [];
  private readonly routes: RouteObject[] = [];
  private readonly ignored: IneffectiveObject[] = [];
  private readonly ignoredRoutes: IgnoredRoute[] = [];
  private readonly sources: SourceObject[] = [];

  public constructor(
    private readonly namespace: string,
    private readonly context: PolicyContext,
    private readonly find: FindAuthentication,
  ) {}

  public add(source: SourceObject): void {
    this.sources.push(source);
    switch (source.object.kind) {
      case 'Server':
        return this.addServer(source);
      case 'ServerAuthorization':
        this.serverAuthorizations.push(
          decodeServerAuthorization(source, this.namespace, this.context.config),
        );
        return;
      case 'AuthorizationPolicy':
        return this.addAuthorizationPolicy(source);
      case 'HTTPRoute':
      case 'GRPCRoute':
        return this.addRoute(source);
    }
  }

  public build(): NamespacePolicy {
    return {
      servers: sortServers(this.servers, this.context.ages),
      authorizationPolicies: this.authorizationPolicies.sort(bySourceName),
      serverAuthorizations: this.serverAuthorizations.sort(bySourceName),
      routes: this.routes.sort(byPrecedence),
      ignored: this.ignored,
      ignoredRoutes: this.ignoredRoutes,
      grpcParents: this.grpcParents,
      uncertain: missingTargets(this.sources, this.namespace, this.context).map(whatItMayGrant),
    };
  }

  private addServer(source: SourceObject): void {
    const server = decodeServer(source, this.namespace);
    if (server === undefined) this.ignore(source, 'Linkerd cannot decode it');
    else this.servers.push(server);
  }

  private addAuthorizationPolicy(source: SourceObject): void {
    const target = decodeTarget(source);
    if (target === undefined) return this.ignore(source, 'policy does not apply to its target');
    const { config, refused } = this.context;
    const authorization = resolveAuthorization(source, this.namespace, config, this.find, refused);
    this.authorizationPolicies.push({ source, target, authorization });
  }

  private addRoute(source: SourceObject): void {
    const route: RouteObject | RouteProblem = decodeRoute(source, this.namespace, this.context.ages);
    if ('reason' in route) this.ignoredRoutes.push({ name: shortName(source.object), source, ...route });
    else this.routes.push(route);
  }

  private ignore(source: SourceObject, reason: string): void {
    this.ignored.push({ name: shortName(source.object), source, reason });
  }
}

export function isEffective(
  authorization: ClientAuthorization | IneffectiveObject,
): authorization is ClientAuthorization {
  return 'networks' in authorization;
}

function bySourceName(a: { readonly source: SourceObject }, b: { readonly source: SourceObject }): number {
  return compareText(a.source.object.metadata.name, b.source.object.metadata.name);
}

/** Objects with a timestamp, oldest first, before those without; then name, group, kind (linkerd-policy 3.10). */
function byPrecedence(a: RouteObject, b: RouteObject): number {
  return (
    undatedLast(a, b) ||
    compareText(groupOf(a.source.object.apiVersion), groupOf(b.source.object.apiVersion)) ||
    compareText(a.source.object.kind, b.source.object.kind)
  );
}
