import { memoized, oncePer } from '../basics/collections';
import type { SourceObject } from '../kubernetes/object';
import type { ClientAuthorization } from './client-authorization';
import { routeName, type RouteRef } from './policy-refs';

/** A text that some value of a header or query parameter must equal, or that as a pattern must span it. */
export interface ValueMatch {
  readonly name: string;
  readonly value: string;
  readonly regex: boolean;
  readonly matches: (value: string) => boolean;
  /** Of a regular expression: what Rust makes of it. */
  readonly syntax?: () => unknown;
}

export interface PathMatch {
  readonly type: 'Exact' | 'PathPrefix' | 'RegularExpression';
  readonly value: string;
  readonly matches: (path: string) => boolean;
  /** Of a regular expression: what Rust makes of it. */
  readonly syntax?: () => unknown;
}

/** One match item of an HTTP rule; all its parts must match (linkerd-policy 6.2). */
export interface HttpMatch {
  readonly kind: 'http';
  readonly path?: PathMatch;
  readonly method?: string;
  readonly headers: readonly ValueMatch[];
  readonly queryParams: readonly ValueMatch[];
}

/** One match item of a gRPC rule; an absent service or method is not compared. */
export interface GrpcMatch {
  readonly kind: 'grpc';
  readonly service?: string;
  readonly method?: string;
  readonly headers: readonly ValueMatch[];
}

export type RouteMatch = HttpMatch | GrpcMatch;

export interface RouteRule {
  /** If empty, matches everything. */
  readonly matches: readonly RouteMatch[];
  /** The proxy itself answers with a redirect (6.5). */
  readonly redirects: boolean;
}

/** A route as the proxy receives it for one port. */
export interface Route {
  readonly ref: RouteRef;
  /** The reference in words. */
  readonly name: string;
  readonly kind: 'http' | 'grpc';
  /** The object it refers to; absent for generated routes. */
  readonly source?: SourceObject;
  readonly hostnames: readonly string[];
  readonly rules: readonly RouteRule[];
  /** Whether its age is unknown: beside another one that takes the same requests, either may go first. */
  readonly isUndated: boolean;
  /** The route's own, without the Server's, which apply to every route. */
  readonly authorizations: readonly ClientAuthorization[];
  /** Those that exist only if something is there that the input does not have. */
  readonly uncertain: readonly ClientAuthorization[];
}

export function equalTo(expected: string): (value: string) => boolean {
  return (value) => value === expected;
}

/** The generated routes of a port if no HTTPRoute contributes (linkerd-policy 3.9): the same for the same probes. */
export function generatedHttpRoutes(
  probePaths: ReadonlySet<string>,
  probe: ClientAuthorization | undefined,
): readonly Route[] {
  if (probe === undefined || probePaths.size === 0) return GENERATED_HTTP_ROUTES;
  const paths = [...probePaths].sort();
  return memoized(routesWithProbes(probe), JSON.stringify(paths), () => {
    const matches = paths.map((path) => httpMatch(pathMatch('Exact', path, equalTo(path)), 'GET'));
    return [...GENERATED_HTTP_ROUTES, generated({ kind: 'probe' }, 'http', matches, [probe])];
  });
}

const routesWithProbes = oncePer<ClientAuthorization, Map<string, readonly Route[]>>(() => new Map());

const GENERATED_HTTP_ROUTES: readonly Route[] = [
  generated({ kind: 'default' }, 'http', [httpMatch(pathMatch('PathPrefix', '/', () => true))], []),
];

/** The one generated route of a gRPC port without GRPCRoutes: any POST to `/service/method`. */
export const GENERATED_GRPC_ROUTES: readonly Route[] = [
  generated({ kind: 'default' }, 'grpc', [{ kind: 'grpc', headers: [] }], []),
];

function generated(
  ref: RouteRef,
  kind: Route['kind'],
  matches: readonly RouteMatch[],
  authorizations: readonly ClientAuthorization[],
): Route {
  return {
    ref,
    name: routeName(ref),
    kind,
    hostnames: [],
    rules: [{ matches, redirects: false }],
    isUndated: false,
    authorizations,
    uncertain: [],
  };
}

function pathMatch(type: PathMatch['type'], value: string, matches: (path: string) => boolean): PathMatch {
  return { type, value, matches };
}

function httpMatch(path: PathMatch, method?: string): HttpMatch {
  return { kind: 'http', path, headers: [], queryParams: [], ...(method === undefined ? {} : { method }) };
}
