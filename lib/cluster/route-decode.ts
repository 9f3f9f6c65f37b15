import { compileRegex } from '../linkerd/regex';
import { valueAt, asFields, isFields, asList, asText, inWords, type Fields } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { createdAt, type Ages } from './object-order';
import { routeKey } from './authorization-policy';
import {
  equalTo,
  type GrpcMatch,
  type HttpMatch,
  type PathMatch,
  type RouteMatch,
  type RouteRule,
  type ValueMatch,
} from './route';
import { POLICY_GROUP } from '../kubernetes/kinds';
import { refersTo, groupOf } from '../kubernetes/references';

/** A route object as the inbound index reads it (linkerd-policy 3.9), not yet attached to a Server. */
export interface RouteObject {
  readonly source: SourceObject;
  readonly kind: 'http' | 'grpc';
  readonly name: string;
  /** How AuthorizationPolicies refer to it. */
  readonly key: string;
  readonly createdAt: number;
  /** Whether its age is unknown. */
  readonly isUndated: boolean;
  readonly hostnames: readonly string[];
  readonly rules: readonly RouteRule[];
  /** Servers in its own namespace that it lists as parents. */
  readonly servers: readonly string[];
  /** A match without `method` breaks the whole port of a gRPC Server (3.11). */
  readonly hasMatchWithoutMethod: boolean;
}

/** Why the inbound index rejects a route. */
export interface RouteProblem {
  /** The part that it rejects: a reference to a Server, or a filter or match of a rule. */
  readonly kind: 'parent' | 'filter' | 'match';
  readonly reason: string;
}

/** The member each filter type requires; other types do not convert. */
const FILTERS = new Map([
  ['RequestHeaderModifier', 'requestHeaderModifier'],
  ['ResponseHeaderModifier', 'responseHeaderModifier'],
  ['RequestRedirect', 'requestRedirect'],
]);

/** Reads a route in its stored form. One part that does not convert makes the whole route ineffective. */
export function decodeRoute(source: SourceObject, namespace: string, ages: Ages): RouteObject | RouteProblem {
  const { object } = source;
  const spec = asFields(object.spec);
  const kind = object.kind === 'GRPCRoute' ? 'grpc' : 'http';
  const servers = serverParents(spec, namespace);
  if (!Array.isArray(servers)) return servers as RouteProblem;
  const rules: RouteRule[] = [];
  let unspeakable = false;
  for (const rule of asList(spec.rules)) {
    const problem = filterProblem(rule);
    if (problem !== undefined) return { kind: 'filter', reason: problem };
    const matches: RouteMatch[] = [];
    for (const item of asList(valueAt(rule, 'matches'))) {
      const match = kind === 'grpc' ? grpcMatch(asFields(item)) : httpMatch(asFields(item));
      if ('reason' in match) return match;
      if (kind === 'grpc' && !isFields(valueAt(item, 'method'))) unspeakable = true;
      matches.push(match);
    }
    const redirects = asList(valueAt(rule, 'filters')).some(
      (filter) => valueAt(filter, 'type') === 'RequestRedirect',
    );
    rules.push({ matches, redirects });
  }
  return {
    source,
    kind,
    name: object.metadata.name,
    key: routeKey(groupOf(object.apiVersion), object.kind, object.metadata.name),
    createdAt: createdAt(object.metadata),
    isUndated: ages === 'unknown' && createdAt(object.metadata) === -Infinity,
    hostnames: asList(spec.hostnames).filter((host): host is string => typeof host === 'string'),
    rules,
    servers,
    hasMatchWithoutMethod: unspeakable,
  };
}

/** Servers that a route lists as parents in a namespace, whether or not the index accepts the route (11.1). */
export function parentServers(
  source: SourceObject,
  routeNamespace: string,
): { namespace: string; name: string }[] {
  return asList(valueAt(source.object, 'spec', 'parentRefs'))
    .filter((parent) => refersTo(parent, POLICY_GROUP, 'Server'))
    .map((parent) => ({
      namespace: asText(valueAt(parent, 'namespace')) ?? routeNamespace,
      name: asText(valueAt(parent, 'name')) ?? '',
    }));
}

function serverParents(spec: Fields, namespace: string): string[] | RouteProblem {
  const servers: string[] = [];
  for (const parent of asList(spec.parentRefs)) {
    const name = asText(valueAt(parent, 'name')) ?? '';
    if (!refersTo(parent, POLICY_GROUP, 'Server') || name === '') continue;
    const parentNamespace = valueAt(parent, 'namespace') ?? undefined;
    if (parentNamespace !== undefined && parentNamespace !== namespace) {
      return {
        kind: 'parent',
        reason: `its parent Server ${name} is in another namespace (${String(parentNamespace)})`,
      };
    }
    for (const field of ['port', 'sectionName']) {
      if ((valueAt(parent, field) ?? undefined) !== undefined) {
        return {
          kind: 'parent',
          reason: `its reference to Server ${name} has a ${field}, which Servers do not support`,
        };
      }
    }
    servers.push(name);
  }
  return servers;
}

function filterProblem(rule: unknown): string | undefined {
  for (const filter of asList(valueAt(rule, 'filters'))) {
    const type = asText(valueAt(filter, 'type')) ?? '';
    const member = FILTERS.get(type);
    if (member === undefined) return `its filter ${type} is not supported for inbound policy`;
    const content = valueAt(filter, member);
    const status = valueAt(content, 'statusCode') ?? undefined;
    if (type === 'RequestRedirect' && status !== undefined && status !== 301 && status !== 302)
      return `its redirect has the status ${inWords(status)}, which Linkerd does not read`;
    if (!isFields(content)) return `its filter ${type} has no ${member}`;
    if (type === 'RequestRedirect' && !isUsablePath(content.path))
      return 'the path of its redirect has no value that starts with "/"';
  }
  return undefined;
}

/** Without a path a redirect keeps the request's. */
function isUsablePath(path: unknown): boolean {
  if (!isFields(path)) return true;
  const value = asText(path.replaceFullPath) ?? asText(path.replacePrefixMatch);
  return value?.startsWith('/') === true;
}

function httpMatch(item: Fields): HttpMatch | RouteProblem {
  const path = isFields(item.path) ? pathMatch(item.path) : undefined;
  const headers = valueMatches(item.headers, 'header');
  const queryParams = valueMatches(item.queryParams, 'query parameter');
  if (path !== undefined && 'reason' in path) return path;
  if ('reason' in headers) return headers;
  if ('reason' in queryParams) return queryParams;
  const method = asText(item.method);
  return {
    kind: 'http',
    headers,
    queryParams,
    ...(path === undefined ? {} : { path }),
    ...(method === undefined ? {} : { method }),
  };
}

function pathMatch(item: Fields): PathMatch | RouteProblem {
  const type = asText(item.type) ?? 'PathPrefix';
  const value = asText(item.value) ?? '/';
  if (type === 'RegularExpression') {
    const regex = compileRegex(value);
    return regex.ok
      ? { type, value, matches: regex.spans, syntax: regex.syntax }
      : { kind: 'match', reason: regex.problem };
  }
  if (!value.startsWith('/'))
    return { kind: 'match', reason: `its path ${JSON.stringify(value)} does not start with "/"` };
  if (type === 'Exact') return { type, value, matches: equalTo(value) };
  if (type === 'PathPrefix') return { type, value, matches: prefixOf(value) };
  return { kind: 'match', reason: `its path match has the unknown type ${JSON.stringify(type)}` };
}

/** Trailing slashes do not count, and a prefix ends at a segment boundary. */
function prefixOf(prefix: string): (path: string) => boolean {
  const trimmed = trimSlashes(prefix);
  if (trimmed === '') return () => true;
  return (path) =>
    path.startsWith(trimmed) && (path.length === trimmed.length || path[trimmed.length] === '/');
}

export function trimSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

function valueMatches(items: unknown, what: string): ValueMatch[] | RouteProblem {
  const matches: ValueMatch[] = [];
  for (const item of asList(items)) {
    const name = asText(valueAt(item, 'name'));
    const value = asText(valueAt(item, 'value'));
    if (name === undefined || value === undefined)
      return { kind: 'match', reason: `a ${what} match has no name or no value` };
    if (valueAt(item, 'type') !== 'RegularExpression') {
      matches.push({ name, value, regex: false, matches: equalTo(value) });
      continue;
    }
    const regex = compileRegex(value);
    if (!regex.ok) return { kind: 'match', reason: regex.problem };
    matches.push({ name, value, regex: true, matches: regex.spans, syntax: regex.syntax });
  }
  return matches;
}

function grpcMatch(item: Fields): GrpcMatch | RouteProblem {
  if (valueAt(item, 'method', 'type') === 'RegularExpression') {
    return {
      kind: 'match',
      reason: 'its method match has type RegularExpression, which Linkerd does not support',
    };
  }
  const headers = valueMatches(item.headers, 'header');
  if ('reason' in headers) return headers;
  const service = asText(valueAt(item, 'method', 'service'));
  const method = asText(valueAt(item, 'method', 'method'));
  return {
    kind: 'grpc',
    headers,
    ...(service === undefined || service === '' ? {} : { service }),
    ...(method === undefined || method === '' ? {} : { method }),
  };
}
