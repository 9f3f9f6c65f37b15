import { utf8Length } from '../basics/utf8';
import type { GrpcMatch, HttpMatch, Route, RouteMatch, RouteRule, ValueMatch } from '../cluster/route';
import { trimSlashes } from '../cluster/route-decode';
import type { ParsedRequest } from './request';

/** How specific a match is; the first difference decides, larger wins (linkerd-policy 6.3). */
type Rank = readonly number[];

export interface ChosenRoute {
  readonly route: Route;
  readonly rule: RouteRule;
}

/** The route that the proxy picks for a request, or `undefined` if it answers 404. */
export function bestRoute(routes: readonly Route[], request: ParsedRequest): ChosenRoute | undefined {
  let best: { readonly chosen: ChosenRoute; readonly rank: Rank } | undefined;
  for (const route of routes) {
    const host = hostRank(route.hostnames, request.host);
    if (host === undefined) continue;
    for (const rule of route.rules) {
      const match = ruleRank(route.kind, rule, request);
      if (match === undefined) continue;
      const rank = [...host, ...match];
      // On a tie the earlier route, then the earlier rule, stays.
      if (best === undefined || compareRanks(rank, best.rank) > 0) best = { chosen: { route, rule }, rank };
    }
  }
  return best?.chosen;
}

function compareRanks(a: Rank, b: Rank): number {
  for (const [i, value] of a.entries()) {
    const difference = value - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Exact beats wildcard beats none; then the longer pattern. */
function hostRank(hostnames: readonly string[], host: string | undefined): Rank | undefined {
  if (hostnames.length === 0) return [0, 0];
  const ranks = hostnames.flatMap((pattern) => {
    if (host === undefined || !matchesHost(pattern.toLowerCase(), host)) return [];
    return [pattern.startsWith('*.') ? [1, pattern.length - 2] : [2, pattern.length]];
  });
  return ranks.sort(compareRanks).at(-1);
}

function matchesHost(pattern: string, host: string): boolean {
  const bare = host.endsWith('.') && !pattern.endsWith('.') ? host.slice(0, -1) : host;
  if (!pattern.startsWith('*.')) return bare === pattern;
  const suffix = pattern.slice(1);
  return bare.endsWith(suffix);
}

function ruleRank(kind: Route['kind'], rule: RouteRule, request: ParsedRequest): Rank | undefined {
  // A rule without matches takes everything, ranked like prefix "/" (HTTP) or like an empty match (gRPC).
  if (rule.matches.length === 0) return kind === 'http' ? [1, 0, 0, 0] : [0, 0, 0];
  const ranks = rule.matches.flatMap((match) => {
    const rank = matchRank(match, request);
    return rank === undefined ? [] : [rank];
  });
  return ranks.sort(compareRanks).at(-1);
}

function matchRank(match: RouteMatch, request: ParsedRequest): Rank | undefined {
  return match.kind === 'http' ? httpRank(match, request) : grpcRank(match, request);
}

function httpRank(match: HttpMatch, request: ParsedRequest): Rank | undefined {
  if (match.method !== undefined && match.method !== request.method) return undefined;
  if (match.path !== undefined && !match.path.matches(request.path)) return undefined;
  if (!headersMatch(match.headers, request)) return undefined;
  const queryMatches = match.queryParams.every(({ name, matches }) =>
    request.query.some(([key, value]) => key === name && matches(value)),
  );
  if (!queryMatches) return undefined;
  return [
    pathLength(match, request.path),
    match.headers.length,
    match.queryParams.length,
    match.method === undefined ? 0 : 1,
  ];
}

/** A regex counts the whole request path; unlike in the Gateway API, types are not compared. */
function pathLength({ path }: HttpMatch, requestPath: string): number {
  if (path === undefined) return 0;
  if (path.type === 'RegularExpression') return utf8Length(requestPath);
  if (path.type === 'Exact') return utf8Length(path.value);
  // Only the root itself counts one; a prefix of several slashes counts none.
  return path.value === '/' ? 1 : utf8Length(trimSlashes(path.value));
}

function grpcRank(match: GrpcMatch, request: ParsedRequest): Rank | undefined {
  const [root, service, method] = request.path.split('/');
  if (request.method !== 'POST' || root !== '' || service === undefined || method === undefined)
    return undefined;
  if (match.service !== undefined && match.service !== service) return undefined;
  if (match.method !== undefined && match.method !== method) return undefined;
  if (!headersMatch(match.headers, request)) return undefined;
  return [utf8Length(match.service ?? ''), utf8Length(match.method ?? ''), match.headers.length];
}

function headersMatch(headers: readonly ValueMatch[], request: ParsedRequest): boolean {
  return headers.every(({ name, matches }) => (request.headers.get(name.toLowerCase()) ?? []).some(matches));
}
