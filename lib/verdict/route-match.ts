import { utf8Length } from '../basics/utf8';
import type { HttpMatch, Route, RouteMatch, RouteRule, ValueMatch } from '../cluster/route';
import { trimSlashes } from '../cluster/route-decode';
import type { ParsedRequest } from './request';

/** How specific a match is; the first difference decides, larger wins (linkerd-policy 6.3). */
export type Rank = readonly number[];

export interface ChosenRoute {
  readonly route: Route;
  readonly rule: RouteRule;
}

/** The route that the proxy picks for a request, or `undefined` if it answers 404; of undated ones the first by name. */
export function bestRoute(routes: readonly Route[], request: ParsedRequest): ChosenRoute | undefined {
  return bestRoutes(routes, request)[0];
}

/** The routes that the proxy may pick for a request: one, unless several fit equally and their ages are unknown. */
export function bestRoutes(routes: readonly Route[], request: ParsedRequest): readonly ChosenRoute[] {
  let best: { readonly chosen: ChosenRoute; readonly rank: Rank } | undefined;
  let tied: ChosenRoute[] = [];
  for (const route of routes) {
    const host = hostRank(route.hostnames, request.host);
    if (host === undefined) continue;
    for (const rule of route.rules) {
      const match = ruleRank(route.kind, rule, request);
      if (match === undefined) continue;
      const rank = [...host, ...match];
      // On a tie the earlier route, then the earlier rule, stays.
      const order = best === undefined ? 1 : compareRanks(rank, best.rank);
      if (order > 0) [best, tied] = [{ chosen: { route, rule }, rank }, []];
      const isUnsure = order === 0 && best?.chosen.route.isUndated === true && route.isUndated;
      if (isUnsure && ![best?.chosen, ...tied].some((one) => one?.route === route))
        tied.push({ route, rule });
    }
  }
  return best === undefined ? [] : [best.chosen, ...tied];
}

export function compareRanks(a: Rank, b: Rank): number {
  for (const [i, value] of a.entries()) {
    const difference = value - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Exact beats wildcard beats none; then the longer pattern. */
export function hostRank(hostnames: readonly string[], host: string | undefined): Rank | undefined {
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
  if (rule.matches.length === 0) return emptyRank(kind);
  const ranks = rule.matches.flatMap((match) => {
    const rank = matchRank(match, request);
    return rank === undefined ? [] : [rank];
  });
  return ranks.sort(compareRanks).at(-1);
}

/** A rule without matches takes everything, ranked like prefix "/" (HTTP) or like nothing specified (gRPC). */
export function emptyRank(kind: Route['kind']): Rank {
  return kind === 'http' ? [1, 0, 0, 0] : [0, 0, 0];
}

function matchRank(match: RouteMatch, request: ParsedRequest): Rank | undefined {
  const method = methodOf(match);
  if (method !== undefined && method !== request.method) return undefined;
  if (!matchesPath(match, request.path)) return undefined;
  const conditions = conditionsOf(match);
  return conditions.every((condition) => isMet(condition, request)) ? rankOf(match, request.path) : undefined;
}

/** The only method that a match takes, if it takes but one. */
export function methodOf(match: RouteMatch): string | undefined {
  return match.kind === 'http' ? match.method : 'POST';
}

export function matchesPath(match: RouteMatch, path: string): boolean {
  if (match.kind === 'http') return match.path === undefined || match.path.matches(path);
  const [root, service, method] = path.split('/');
  if (root !== '' || service === undefined || method === undefined) return false;
  if (match.service !== undefined && match.service !== service) return false;
  return match.method === undefined || match.method === method;
}

/** How a match ranks among those that take a request to this path. */
export function rankOf(match: RouteMatch, path: string): Rank {
  if (match.kind === 'grpc')
    return [utf8Length(match.service ?? ''), utf8Length(match.method ?? ''), match.headers.length];
  const method = match.method === undefined ? 0 : 1;
  return [pathLength(match, path), match.headers.length, match.queryParams.length, method];
}

/** A regex counts the whole request path; unlike in the Gateway API, types are not compared. */
function pathLength({ path }: HttpMatch, requestPath: string): number {
  if (path === undefined) return 0;
  if (path.type === 'RegularExpression') return utf8Length(requestPath);
  if (path.type === 'Exact') return utf8Length(path.value);
  // Only the root itself counts one; a prefix of several slashes counts none.
  return path.value === '/' ? 1 : utf8Length(trimSlashes(path.value));
}

/** A header or a query parameter that a match asks for. */
export interface MatchCondition {
  readonly of: 'header' | 'query';
  /** Of a header in lower case. */
  readonly name: string;
  readonly match: ValueMatch;
}

export function conditionsOf(match: RouteMatch): readonly MatchCondition[] {
  const headers = match.headers.map((header): MatchCondition => ({
    of: 'header',
    name: header.name.toLowerCase(),
    match: header,
  }));
  if (match.kind === 'grpc') return headers;
  return [
    ...headers,
    ...match.queryParams.map((query): MatchCondition => ({ of: 'query', name: query.name, match: query })),
  ];
}

/** Whether some value of the request is one that is asked for. */
function isMet({ of, name, match }: MatchCondition, request: ParsedRequest): boolean {
  if (of === 'header') return (request.headers.get(name) ?? []).some(match.matches);
  return request.query.some(([key, value]) => key === name && match.matches(value));
}
