import type { InboundPolicy } from '../cluster/inbound-policy';
import type { GrpcMatch, HttpMatch, Route, RouteMatch, ValueMatch } from '../cluster/route';
import { trimSlashes } from '../cluster/route-decode';
import { parseRequest, type HttpRequest } from './request';
import { isSendable } from '../sets/path-tree';
import { requestRegions } from './request-regions';
import { bestRoute, bestRoutes } from './route-match';

const OTHER_HOST = 'witness.example';

/**
 * A request that the proxy gives to exactly this route or, if there is none, to this one or another of equal match, which
 * is not known; `undefined` if there is none, or none was found.
 */
export function requestFor(policy: InboundPolicy, route: Route): HttpRequest | undefined {
  const tries = candidates(route).filter((request) => isSendable(parseRequest(request).path));
  const takers = (request: HttpRequest): readonly Route[] =>
    bestRoutes(policy.routes, parseRequest(request)).map((chosen) => chosen.route);
  const isFirst = (taken: readonly Route[]): boolean => taken[0] === route;
  const isAmong = (taken: readonly Route[]): boolean => taken.includes(route);
  return (
    tries.find((request) => isFirst(takers(request))) ??
    sampleOf(policy, isFirst) ??
    (route.isUndated
      ? (tries.find((request) => isAmong(takers(request))) ?? sampleOf(policy, isAmong))
      : undefined)
  );
}

/** What is told apart by the requests of all routes together, where trying what looks plain found nothing. */
function sampleOf(
  { routes }: Pick<InboundPolicy, 'routes'>,
  is: (taken: readonly Route[]) => boolean,
): HttpRequest | undefined {
  return requestRegions(routes).find(({ taken, certain }) => certain && is(taken[0] ?? []))?.request;
}

/** A request that no route takes; `undefined` if there is none, or none was found. */
export function unroutableRequest(policy: Pick<InboundPolicy, 'routes'>): HttpRequest | undefined {
  const paths = ['/', '/witness', '/witness/of/no/route'];
  const tries = paths.flatMap((path): HttpRequest[] => [
    { method: 'GET', path },
    { method: 'GET', path, headers: { host: OTHER_HOST } },
    { method: 'TRACE', path },
  ]);
  return (
    tries.find((request) => bestRoute(policy.routes, parseRequest(request)) === undefined) ??
    sampleOf(policy, (taken) => taken.length === 0)
  );
}

function candidates(route: Route): HttpRequest[] {
  const hosts = route.hostnames.length === 0 ? [undefined] : route.hostnames.map(hostWitness);
  const requests: HttpRequest[] = [];
  for (const host of hosts) {
    const base = host === undefined ? {} : { host };
    for (const rule of route.rules) {
      const matches: readonly RouteMatch[] =
        rule.matches.length === 0 ? [anything(route.kind)] : rule.matches;
      for (const match of matches) requests.push(...requestsFor(match, base));
    }
  }
  return requests;
}

function anything(kind: Route['kind']): RouteMatch {
  return kind === 'grpc' ? { kind, headers: [] } : { kind, headers: [], queryParams: [] };
}

function hostWitness(pattern: string): string {
  return pattern.startsWith('*.') ? `witness${pattern.slice(1)}` : pattern;
}

function requestsFor(match: RouteMatch, base: Readonly<Record<string, string>>): HttpRequest[] {
  const headers = { ...base, ...values(match.headers) };
  if (match.kind === 'grpc') {
    return grpcPaths(match).map((path) => ({ method: 'POST', path, headers }));
  }
  const query = new URLSearchParams(values(match.queryParams)).toString();
  const methods = match.method === undefined ? ['GET', 'POST'] : [match.method];
  return httpPaths(match).flatMap((path) =>
    methods.map((method) => ({ method, path: query === '' ? path : `${path}?${query}`, headers })),
  );
}

function httpPaths({ path }: HttpMatch): string[] {
  if (path === undefined) return ['/', '/witness'];
  if (path.type === 'Exact') return [path.value];
  const tries = [path.value, `${trimSlashes(path.value)}/`, `${trimSlashes(path.value)}/witness`];
  return path.type === 'PathPrefix'
    ? tries
    : [
        ...samples(path.value)
          .flatMap((text) => [text, `/${text}`])
          .filter(path.matches),
        '/',
        '/witness',
      ];
}

function grpcPaths({ service, method }: GrpcMatch): string[] {
  return [`/${service ?? 'witness.Service'}/${method ?? 'Witness'}`, `/${service ?? ''}/${method ?? ''}`];
}

function values(matches: readonly ValueMatch[]): Record<string, string> {
  return Object.fromEntries(
    matches.map((match) => {
      const tries = match.regex ? samples(match.value) : [match.value];
      return [match.name, tries.find((text) => match.matches(text)) ?? match.value];
    }),
  );
}

/** Texts that a simple pattern may span: its quantifiers and classes replaced with something plain. */
function samples(pattern: string): string[] {
  const bare = pattern.replace(/^\^|\$$/g, '');
  const fill = (text: string, digit: string): string =>
    text
      .replace(/\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)/g, '$1')
      .replace(/\\d/g, digit)
      .replace(/\\w|\[\^[^\]]*\]|\.(?=[*+?{])/g, 'a')
      .replace(/\[([^\]])[^\]]*\]/g, '$1')
      .replace(/[*+?]|\{[^}]*\}/g, '')
      .replace(/\\(.)/g, '$1');
  return [bare, fill(bare, '1'), fill(bare, '7'), fill(bare, '1').replaceAll('.', 'a')];
}
