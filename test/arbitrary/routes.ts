import fc from 'fast-check';
import type { Ages } from '../../lib/cluster/object-order';
import { decodeRoute } from '../../lib/cluster/route-decode';
import type { Route } from '../../lib/cluster/route';
import type { KubeObject, SourceObject } from '../../lib/kubernetes/object';
import type { HttpRequest } from '../../lib/verdict/request';

/** Route sets of a port, small enough to meet each other often, and requests near what they match. */

const SEGMENTS = ['a', 'b', 'api', ''];
const path = fc
  .array(fc.constantFrom(...SEGMENTS), { minLength: 1, maxLength: 3 })
  .map((segments) => `/${segments.join('/')}`);
const PATTERNS = ['/a.*', '/[ab]', '/(a|ab)', '/api/[^/]+', '.*/b', '/a+b?', '(?i)/API', '/\\w+', '/a/.*|/b'];
/** Word boundaries are not taken apart. */
const INTRICATE = ['/\\ba', '.*\\Bb'];

const pathMatch = (patterns: readonly string[]): fc.Arbitrary<object> =>
  fc.oneof(
    { weight: 3, arbitrary: path.map((value) => ({ type: 'Exact', value })) },
    { weight: 4, arbitrary: path.map((value) => ({ type: 'PathPrefix', value })) },
    ...(patterns.length === 0
      ? []
      : [
          {
            weight: 3,
            arbitrary: fc.constantFrom(...patterns).map((value) => ({ type: 'RegularExpression', value })),
          },
        ]),
  );

const NAMES = ['x', 'y'];
const VALUES = ['1', '2', '12'];
const valueMatch = (patterns: readonly string[]): fc.Arbitrary<object> =>
  fc.oneof(
    fc.record({ name: fc.constantFrom(...NAMES), value: fc.constantFrom(...VALUES) }),
    ...(patterns.length === 0
      ? []
      : [
          fc.record({
            name: fc.constantFrom(...NAMES),
            value: fc.constantFrom('1.*', '[12]', '\\d+'),
            type: fc.constant('RegularExpression'),
          }),
        ]),
  );

const METHODS = ['GET', 'POST', 'PUT'];
const HOSTS = ['a.example', '*.example', '*.a.example', 'b.a.example'];

const httpMatch = (patterns: readonly string[]): fc.Arbitrary<object> =>
  fc.record(
    {
      path: pathMatch(patterns),
      method: fc.constantFrom(...METHODS),
      headers: fc.array(valueMatch(patterns), { maxLength: 2 }),
      queryParams: fc.array(valueMatch(patterns), { maxLength: 1 }),
    },
    { requiredKeys: [] },
  );

const grpcMatch = fc.record({
  method: fc.record(
    { service: fc.constantFrom('a', 'api'), method: fc.constantFrom('a', 'b') },
    { requiredKeys: [] },
  ),
});

export interface RouteSpec {
  readonly kind: string;
  readonly hostnames: readonly string[];
  readonly rules: readonly { readonly matches: readonly object[] }[];
}

export function routeSpec(patterns: readonly string[], isGrpc: boolean): fc.Arbitrary<RouteSpec> {
  const match = isGrpc ? grpcMatch : httpMatch(patterns);
  return fc.record({
    kind: fc.constant(isGrpc ? 'GRPCRoute' : 'HTTPRoute'),
    hostnames: fc.oneof(fc.constant([]), fc.subarray(HOSTS, { maxLength: 2 })),
    rules: fc.array(fc.record({ matches: fc.array(match, { maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 2,
    }),
  });
}

/** The object that a set of routes has at a place. */
export function routeObject({ kind, hostnames, rules }: RouteSpec, index: number): KubeObject {
  return {
    apiVersion: kind === 'GRPCRoute' ? 'gateway.networking.k8s.io/v1' : 'policy.linkerd.io/v1beta3',
    kind,
    metadata: { name: `r${index}`, namespace: 'shop' },
    spec: { parentRefs: [{ group: 'policy.linkerd.io', kind: 'Server', name: 's' }], hostnames, rules },
  };
}

function routeOf(spec: RouteSpec, index: number, ages: Ages): Route {
  const source: SourceObject = { object: routeObject(spec, index), origin: { file: '-', line: 1 } };
  const route = decodeRoute(source, 'shop', ages);
  if ('reason' in route) throw new Error(route.reason);
  const { name, kind, hostnames, rules, isUndated } = route;
  const ref = { kind: 'object', source } as const;
  return { ref, name, kind, source, hostnames, rules, isUndated, authorizations: [], uncertain: [] };
}

type Patterns = 'none' | 'plain' | 'intricate';

/** Two sets of routes, of which the second is often the first with something changed. */
export function specSets(patterns: Patterns): fc.Arbitrary<readonly [RouteSpec[], RouteSpec[]]> {
  const words = { none: [], plain: PATTERNS, intricate: [...PATTERNS, ...INTRICATE] }[patterns];
  const set = fc
    .boolean()
    .chain((isGrpc) => fc.array(routeSpec(words, isGrpc && patterns === 'none'), { maxLength: 4 }));
  return fc.oneof(
    fc.tuple(set, set),
    fc.tuple(set, fc.infiniteStream(fc.nat())).map(([specs, numbers]) => {
      const pick = (count: number): number => ((numbers.next().value ?? 0) as number) % Math.max(1, count);
      const drop = <T>(all: readonly T[]): T[] => {
        const dropped = pick(all.length + 1);
        return all.filter((_, i) => i !== dropped);
      };
      const changed = specs.map((spec) => ({
        ...spec,
        rules: spec.rules.map(({ matches }) => ({ matches: drop(matches) })),
      }));
      return [specs, pick(2) === 0 ? changed : [...changed].reverse()] as const;
    }),
  ) as fc.Arbitrary<readonly [RouteSpec[], RouteSpec[]]>;
}

export function routeSets(patterns: Patterns): fc.Arbitrary<readonly [Route[], Route[]]> {
  const ages = fc.constantFrom<Ages>('unknown', 'index');
  return fc.tuple(specSets(patterns), ages).map(([[before, after], known]) => {
    const routes = (specs: readonly RouteSpec[]): Route[] => specs.map((spec, i) => routeOf(spec, i, known));
    return [routes(before), routes(after)] as const;
  });
}

/** Requests near the match conditions. */
export const request: fc.Arbitrary<HttpRequest> = fc
  .record({
    method: fc.constantFrom(...METHODS, 'DELETE'),
    path: fc
      .array(fc.constantFrom(...SEGMENTS, 'ab', 'aab', 'c', 'API', 'xy'), { minLength: 1, maxLength: 4 })
      .map((segments) => `/${segments.join('/')}`),
    host: fc.constantFrom(undefined, 'a.example', 'x.example', 'x.a.example', 'b.a.example', 'other'),
    headers: fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...VALUES, '21', 'z')), {
      maxLength: 3,
    }),
    query: fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...VALUES, '21', 'z')), {
      maxLength: 2,
    }),
  })
  .map(({ method, path: bare, host, headers, query }) => {
    const fields: Record<string, string[]> = host === undefined ? {} : { host: [host] };
    for (const [name, value] of headers) fields[name] = [...(fields[name] ?? []), value];
    const parameters = new URLSearchParams(query).toString();
    return { method, path: parameters === '' ? bare : `${bare}?${parameters}`, headers: fields };
  });
