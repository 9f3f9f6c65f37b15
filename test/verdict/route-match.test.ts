import type { Route } from '../../lib/cluster/route';
import { parseRequest, type HttpRequest } from '../../lib/verdict/request';
import { bestRoute } from '../../lib/verdict/route-match';
import { ALL, policyOf } from './routes';

function taken(routes: readonly Route[], request: HttpRequest): string | undefined {
  return bestRoute(routes, parseRequest(request))?.route.name;
}

function http(...specs: string[]): (path: string, host?: string, method?: string) => string | undefined {
  const { routes } = policyOf('HTTP/1', ...specs);
  return (path, host, method) =>
    taken(routes, {
      path,
      ...(method === undefined ? {} : { method }),
      ...(host === undefined ? {} : { headers: { host } }),
    });
}

function grpc(...specs: string[]): (path: string, method?: string) => string | undefined {
  const { routes } = policyOf('gRPC', ...specs);
  return (path, method = 'POST') => taken(routes, { path, method });
}

const [A, B, C] = ['httproute/a', 'httproute/b', 'httproute/c'];

describe('hosts (6.2, 6.3)', () => {
  it('an exact host beats a wildcard, which beats a route for every host', () => {
    const best = http(ALL, `hostnames: ["*.shop.example"], ${ALL}`, `hostnames: [a.shop.example], ${ALL}`);
    expect(best('/', 'a.shop.example')).toBe(C);
    expect(best('/', 'b.shop.example')).toBe(B);
    expect(best('/', 'shop.example')).toBe(A);
    expect(best('/')).toBe(A);
  });

  it('the longer wildcard wins', () => {
    const best = http(`hostnames: ["*.example"], ${ALL}`, `hostnames: ["*.shop.example"], ${ALL}`);
    expect(best('/', 'a.shop.example')).toBe(B);
    expect(best('/', 'a.bank.example')).toBe(A);
  });

  it('the best of several hostnames of a route counts', () => {
    const best = http(
      `hostnames: ["*.example", "*.shop.example"], ${ALL}`,
      `hostnames: [a.shop.example, "*.example"], ${ALL}`,
    );
    expect(best('/', 'a.shop.example')).toBe(B);
    expect(best('/', 'b.shop.example')).toBe(A);
  });

  it('a wildcard stands for one label or more, which may be empty, never for none', () => {
    const best = http(`hostnames: ["*.example"], ${ALL}`);
    expect(
      ['a.example', 'a.b.example', 'A.EXAMPLE', 'example', '.example', 'aexample'].map((host) =>
        best('/', host),
      ),
    ).toEqual([A, A, A, undefined, A, undefined]);
  });

  it('one trailing dot of the host is ignored, and so is its port', () => {
    const best = http(`hostnames: [shop.example], ${ALL}`);
    expect(
      ['shop.example.', 'shop.example:8080', 'me@shop.example', 'shop.example..'].map((host) =>
        best('/', host),
      ),
    ).toEqual([A, A, A, undefined]);
  });
});

describe('paths (6.2, 6.3)', () => {
  const rule = (type: string, value: string): string =>
    `rules: [{ matches: [{ path: { type: ${type}, value: "${value}" } }] }]`;

  it('a prefix ends on a segment boundary, trailing slashes aside', () => {
    const best = http(rule('PathPrefix', '/foo/'));
    expect(['/foo', '/foo/', '/foo/x', '/foobar', '/fo'].map((path) => best(path))).toEqual([
      A,
      A,
      A,
      undefined,
      undefined,
    ]);
  });

  it('of equal length, the earlier route wins: exact is not better than prefix', () => {
    expect(http(rule('PathPrefix', '/foo'), rule('Exact', '/foo'))('/foo')).toBe(A);
    expect(http(rule('Exact', '/foo'), rule('PathPrefix', '/foo/'))('/foo')).toBe(A);
  });

  it('the longer path wins; length is counted in bytes', () => {
    expect(http(rule('PathPrefix', '/foo'), rule('Exact', '/foo/x'))('/foo/x')).toBe(B);
    expect(http(rule('PathPrefix', '/'), rule('PathPrefix', '/a'))('/a')).toBe(B);
  });

  it('a pattern counts the whole path of the request', () => {
    expect(http(rule('PathPrefix', '/foo'), rule('RegularExpression', '/.*'))('/foo/bar')).toBe(B);
    expect(http(rule('Exact', '/foo/bar'), rule('RegularExpression', '/.*'))('/foo/bar')).toBe(A);
  });

  it('a match without a path ranks below every path', () => {
    const { routes } = policyOf('HTTP/1', 'rules: [{ matches: [{ method: GET }] }]', rule('PathPrefix', '/'));
    const [first, second] = routes;
    if (first === undefined || second === undefined) throw new Error('no routes');
    // The CRD gives every match a path; past it there is none
    const bare: Route = {
      ...first,
      rules: [{ redirects: false, matches: [{ kind: 'http', method: 'GET', headers: [], queryParams: [] }] }],
    };
    expect(taken([bare], { path: '/' })).toBe(A);
    expect(taken([bare], { path: '/', method: 'POST' })).toBeUndefined();
    expect(taken([bare, second], { path: '/' })).toBe(B);
  });
});

describe('what else a request has (6.2, 6.3)', () => {
  it('headers beat query parameters, which beat a method', () => {
    const best = policyOf(
      'HTTP/1',
      'rules: [{ matches: [{ method: GET }] }]',
      'rules: [{ matches: [{ queryParams: [{ name: q, value: "1" }] }] }]',
      'rules: [{ matches: [{ headers: [{ name: x-who, value: me }] }] }]',
    ).routes;
    expect(taken(best, { path: '/?q=1', headers: { 'X-Who': ['you', 'me'] } })).toBe(C);
    expect(taken(best, { path: '/?q=1', headers: { 'X-Who': 'you' } })).toBe(B);
    expect(taken(best, { path: '/?q=2' })).toBe(A);
    expect(taken(best, { path: '/?q=2', method: 'POST' })).toBeUndefined();
  });

  it('the best match of a rule counts, wherever it stands', () => {
    const item = (value: string): string => `{ path: { value: "${value}" } }`;
    const best = http(
      `rules: [{ matches: [${item('/foo/bar')}, ${item('/')}] }]`,
      `rules: [{ matches: [${item('/foo')}] }]`,
    );
    expect(best('/foo/bar')).toBe(A);
    expect(best('/foo')).toBe(B);
  });

  it('a rule without matches takes everything, as prefix "/" does', () => {
    const first = http(ALL, 'rules: [{ matches: [{ path: { value: "/" } }] }]');
    expect(first('/x')).toBe(A);
    const second = http('rules: [{ matches: [{ path: { value: "/" } }] }]', ALL);
    expect(second('/x')).toBe(A);
  });
});

describe('gRPC calls (6.2, 6.3)', () => {
  const call = (service: string, method: string): string =>
    `rules: [{ matches: [{ method: { service: "${service}", method: "${method}" } }] }]`;

  it('are a POST to /service/method, compared exactly; empty counts as not given', () => {
    const best = grpc(call('shop.Cart', 'Add'), call('', 'Get'), call('shop.Cart', ''));
    expect(best('/shop.Cart/Add')).toBe('grpcroute/a');
    expect(best('/shop.Cart/Add/more')).toBe('grpcroute/a');
    expect(best('/shop.Cart/Remove')).toBe('grpcroute/c');
    expect(best('/shop.Cart/Get')).toBe('grpcroute/c');
    expect(best('/bank.Till/Get')).toBe('grpcroute/b');
    expect(best('/shop.cart/Add')).toBeUndefined();
    expect(best('/shop.Cart/Add', 'GET')).toBeUndefined();
    expect(best('/shop.Cart')).toBeUndefined();
    expect(best('shop.Cart/Add')).toBeUndefined();
    expect(best('x/shop.Cart/Add')).toBeUndefined();
  });

  it('a rule without matches takes everything, even what is no call, and ranks last', () => {
    const best = grpc(ALL, call('shop.Cart', 'Add'));
    expect(best('/shop.Cart/Add')).toBe('grpcroute/b');
    expect(best('/', 'GET')).toBe('grpcroute/a');
  });
});
