import { decodeRoute, type RouteObject } from '../../lib/cluster/route-decode';
import type { PathMatch, RouteMatch, ValueMatch } from '../../lib/cluster/route';
import { fromObjects } from '../../lib/manifests/parse';
import { manifest, unchecked } from '../helpers/manifests';

const PARENT = '{ group: policy.linkerd.io, kind: Server, name: http }';

/** Namespace shop with a route, taken as it stands. */
function route(kind: string, spec: string): ReturnType<ReturnType<typeof unchecked>['policyOf']> {
  return unchecked(manifest('gateway.networking.k8s.io/v1', kind, 'r', spec)).policyOf('shop');
}

function taken(kind: string, spec: string): RouteObject {
  const { routes, ignoredRoutes } = route(kind, spec);
  if (routes[0] === undefined) throw new Error(ignoredRoutes[0]?.reason);
  return routes[0];
}

function rule(kind: string, text: string): RouteObject {
  return taken(kind, `{ parentRefs: [${PARENT}], rules: [${text}] }`);
}

function matches(kind: string, item: string): RouteMatch {
  const match = rule(kind, `{ matches: [${item}] }`).rules[0]?.matches[0];
  if (match === undefined) throw new Error('no match');
  return match;
}

function pathOf(text: string): PathMatch {
  const match = matches('HTTPRoute', `{ path: ${text} }`);
  if (match.kind !== 'http' || match.path === undefined) throw new Error('no path');
  return match.path;
}

function fitting(match: PathMatch | ValueMatch, candidates: readonly string[]): string[] {
  return candidates.filter((candidate) => match.matches(candidate));
}

describe('a route attaches', () => {
  it('to the Servers that it lists, and passes over parents of other kinds (3.9)', () => {
    const parents = `${PARENT}, { group: "", kind: Service, name: web, port: 80 }, { name: edge, sectionName: a },
      { group: Policy.Linkerd.IO, kind: server, name: grpc, namespace: shop }`;
    expect(taken('HTTPRoute', `{ parentRefs: [${parents}] }`).servers).toEqual(['http', 'grpc']);
  });

  it('to no Server, where it names no group or kind of its parent (1.8, 1.9)', () => {
    expect(taken('HTTPRoute', '{ parentRefs: [{ kind: Server, name: http }] }').servers).toEqual([]);
    const policy = manifest(
      'policy.linkerd.io/v1beta3',
      'HTTPRoute',
      'r',
      '{ parentRefs: [{ name: http }, { kind: Server, name: http }] }',
    );
    expect(unchecked(policy).policyOf('shop').routes[0]?.servers).toEqual(['http']);
  });

  it.each([
    [
      '{ group: policy.linkerd.io, kind: Server, name: http, namespace: bank }',
      'its parent Server http is in another namespace (bank)',
    ],
    [
      '{ group: policy.linkerd.io, kind: Server, name: http, port: 8080 }',
      'its reference to Server http has a port, which Servers do not support',
    ],
    [
      '{ group: policy.linkerd.io, kind: Server, name: http, sectionName: web }',
      'its reference to Server http has a sectionName, which Servers do not support',
    ],
  ])('to nothing at all, when one of its parents is %s (3.9)', (parent, reason) => {
    const { routes, ignoredRoutes } = route('HTTPRoute', `{ parentRefs: [${PARENT}, ${parent}] }`);
    expect(routes).toEqual([]);
    expect(ignoredRoutes).toMatchObject([{ name: 'httproute/r', kind: 'parent', reason }]);
  });
});

describe('a GRPCRoute keeps HTTPRoutes from being accepted', () => {
  it('on each Server that it lists, of whatever namespace, and on nothing else (11.1)', () => {
    const parents = `${PARENT}, { group: policy.linkerd.io, kind: Server, name: far, namespace: bank },
      { group: "", kind: Service, name: api, port: 80 }`;
    const text = manifest(
      'gateway.networking.k8s.io/v1',
      'GRPCRoute',
      'r',
      `{ parentRefs: [${parents}], rules: [] }`,
    );
    const cluster = unchecked(text);
    expect([...cluster.policyOf('shop').grpcParents]).toEqual(['http']);
    expect([...cluster.policyOf('bank').grpcParents]).toEqual(['far']);
  });
});

describe('an HTTPRoute matches', () => {
  it('the prefix / and any method, where it says nothing (1.8)', () => {
    const { rules, hostnames } = taken('HTTPRoute', `{ parentRefs: [${PARENT}] }`);
    expect(hostnames).toEqual([]);
    expect(rules).toEqual([
      {
        matches: [
          {
            kind: 'http',
            headers: [],
            queryParams: [],
            path: { type: 'PathPrefix', value: '/', matches: expect.any(Function) as unknown },
          },
        ],
        redirects: false,
      },
    ]);
  });

  it('a path by its prefix, where it names no type, and / where it names no value (1.8)', () => {
    const [source] = fromObjects([
      {
        apiVersion: 'policy.linkerd.io/v1beta3',
        kind: 'HTTPRoute',
        metadata: { name: 'r' },
        spec: { rules: [{ matches: [{ path: {} }, {}] }] },
      },
    ]).objects;
    if (source === undefined) throw new Error('no route');
    const decoded = decodeRoute(source, 'shop', 'unknown') as RouteObject;
    const [path, nothing] = decoded.rules[0]?.matches ?? [];
    expect(path).toMatchObject({ path: { type: 'PathPrefix', value: '/' } });
    expect(nothing).toStrictEqual({ kind: 'http', headers: [], queryParams: [] });
  });

  it('a method, headers and query parameters', () => {
    const match = matches(
      'HTTPRoute',
      `{ method: GET, headers: [{ name: x-a, value: b }],
         queryParams: [{ name: q, type: RegularExpression, value: "a|bc" }] }`,
    );
    expect(match).toMatchObject({
      kind: 'http',
      method: 'GET',
      headers: [{ name: 'x-a', value: 'b', regex: false }],
      queryParams: [{ name: 'q', value: 'a|bc', regex: true }],
    });
    if (match.kind !== 'http' || match.headers[0] === undefined || match.queryParams[0] === undefined)
      throw new Error('no match');
    expect(fitting(match.headers[0], ['b', 'bb', ''])).toEqual(['b']);
    expect(fitting(match.queryParams[0], ['a', 'bc', 'abc', 'a|bc'])).toEqual(['a', 'bc']);
  });

  it.each([
    ['{ type: Exact, value: /foo }', ['/foo']],
    ['{ type: PathPrefix, value: /foo }', ['/foo', '/foo/', '/foo/x']],
    ['{ type: PathPrefix, value: /foo// }', ['/foo', '/foo/', '/foo/x']],
    ['{ type: PathPrefix, value: / }', ['/', '/foo', '/foo/', '/foo/x', '/foobar', '*']],
    ['{ type: RegularExpression, value: "/f.*/" }', ['/foo/']],
    ['{ type: RegularExpression, value: "foo" }', []],
  ])('a path %s (6.2)', (path, expected) => {
    expect(fitting(pathOf(path), ['/', '/foo', '/foo/', '/foo/x', '/foobar', '*'])).toEqual(expected);
  });

  it('only for its hostnames', () => {
    expect(taken('HTTPRoute', `{ parentRefs: [${PARENT}], hostnames: [a.b, "*.c"] }`).hostnames).toEqual([
      'a.b',
      '*.c',
    ]);
  });
});

describe('a rule of a route', () => {
  it('redirects, if one of its filters does (6.5)', () => {
    const modifier = '{ type: RequestHeaderModifier, requestHeaderModifier: { remove: [x] } }';
    const redirect = '{ type: RequestRedirect, requestRedirect: { scheme: https } }';
    expect(rule('HTTPRoute', `{ filters: [${modifier}, ${redirect}] }`).rules[0]?.redirects).toBe(true);
    expect(rule('HTTPRoute', `{ filters: [${modifier}] }`).rules[0]?.redirects).toBe(false);
    expect(rule('HTTPRoute', '{ filters: [] }').rules[0]?.redirects).toBe(false);
  });
});

describe('a GRPCRoute matches', () => {
  it.each([
    ['{ method: { service: a.B, method: C } }', { kind: 'grpc', headers: [], service: 'a.B', method: 'C' }],
    ['{ method: { service: a.B } }', { kind: 'grpc', headers: [], service: 'a.B' }],
    ['{ method: { method: C } }', { kind: 'grpc', headers: [], method: 'C' }],
    ['{ method: { service: "", method: C } }', { kind: 'grpc', headers: [], method: 'C' }],
    ['{ method: { service: a.B, method: "" } }', { kind: 'grpc', headers: [], service: 'a.B' }],
  ])('%s: what is empty counts as not given (6.2)', (item, expected) => {
    expect(matches('GRPCRoute', item)).toStrictEqual(expected);
  });

  it('headers', () => {
    expect(
      matches('GRPCRoute', '{ method: { service: a.B }, headers: [{ name: x, value: one }] }'),
    ).toMatchObject({
      headers: [{ name: 'x', value: 'one', regex: false }],
    });
  });

  it('nothing that the proxy could take, when it names no method (3.11)', () => {
    expect(
      rule('GRPCRoute', '{ matches: [{ headers: [{ name: x, value: one }] }] }').hasMatchWithoutMethod,
    ).toBe(true);
    expect(rule('GRPCRoute', '{ matches: [{ method: { service: a.B } }] }').hasMatchWithoutMethod).toBe(
      false,
    );
    expect(rule('HTTPRoute', '{ matches: [{}] }').hasMatchWithoutMethod).toBe(false);
  });
});

describe('one part that does not convert makes the entire route ineffective (3.9)', () => {
  it.each([
    [
      'HTTPRoute',
      '{ matches: [{ path: { type: Exact, value: a } }] }',
      'match',
      'its path "a" does not start with "/"',
    ],
    ['HTTPRoute', '{ matches: [{ path: { value: "" } }] }', 'match', 'its path "" does not start with "/"'],
    [
      'HTTPRoute',
      '{ matches: [{ path: { type: Glob, value: /a } }] }',
      'match',
      'its path match has the unknown type "Glob"',
    ],
    [
      'HTTPRoute',
      '{ matches: [{ headers: [{ name: x }] }] }',
      'match',
      'a header match has no name or no value',
    ],
    [
      'HTTPRoute',
      '{ matches: [{ headers: [{ value: x }] }] }',
      'match',
      'a header match has no name or no value',
    ],
    [
      'HTTPRoute',
      '{ matches: [{ queryParams: [{ name: x }] }] }',
      'match',
      'a query parameter match has no name or no value',
    ],
    [
      'GRPCRoute',
      '{ matches: [{ headers: [{ name: x }] }] }',
      'match',
      'a header match has no name or no value',
    ],
    [
      'GRPCRoute',
      '{ matches: [{ method: { type: RegularExpression, service: a.* } }] }',
      'match',
      'its method match has type RegularExpression, which Linkerd does not support',
    ],
    ['HTTPRoute', '{ filters: [{}] }', 'filter', 'its filter  is not supported for inbound policy'],
    [
      'HTTPRoute',
      '{ filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: x } } }] }',
      'filter',
      'its filter RequestMirror is not supported for inbound policy',
    ],
    [
      'HTTPRoute',
      '{ filters: [{ type: RequestRedirect }] }',
      'filter',
      'its filter RequestRedirect has no requestRedirect',
    ],
    [
      'GRPCRoute',
      '{ filters: [{ type: ResponseHeaderModifier, requestHeaderModifier: {} }] }',
      'filter',
      'its filter ResponseHeaderModifier has no responseHeaderModifier',
    ],
  ])('%s with the rule %s', (kind, text, part, reason) => {
    const good = '{ matches: [{ method: { service: a.B } }] }';
    const { routes, ignoredRoutes } = route(
      kind,
      `{ parentRefs: [${PARENT}], rules: [${kind === 'GRPCRoute' ? good : '{}'}, ${text}] }`,
    );
    expect(routes).toEqual([]);
    expect(ignoredRoutes).toMatchObject([{ name: `${kind.toLowerCase()}/r`, kind: part, reason }]);
  });

  it.each([
    'path: { type: RegularExpression, value: "(" }',
    'headers: [{ name: x, type: RegularExpression, value: "(" }]',
  ])('a pattern that is no regular expression in %s', (part) => {
    const { routes, ignoredRoutes } = route(
      'HTTPRoute',
      `{ parentRefs: [${PARENT}], rules: [{ matches: [{ ${part} }] }] }`,
    );
    expect(routes).toEqual([]);
    expect(ignoredRoutes[0]?.kind).toBe('match');
    expect(ignoredRoutes[0]?.reason).toMatch('"(" is not a regular expression Linkerd accepts');
  });
});
