import type { InboundPolicy } from '../../lib/cluster/inbound-policy';
import type { HttpRequest } from '../../lib/verdict/request';
import { requestFor, unroutableRequest } from '../../lib/verdict/witness-request';
import { ALL, policyOf } from './routes';

describe('a request that a route takes', () => {
  const requestOf = (protocol: string, ...specs: string[]): HttpRequest | undefined => {
    const policy = policyOf(protocol, ...specs);
    const last = policy.routes.at(-1);
    return last === undefined ? undefined : requestFor(policy, last);
  };

  it.each<[string, HttpRequest]>([
    [ALL, { method: 'GET', path: '/', headers: {} }],
    [
      `hostnames: ["*.shop.example"], ${ALL}`,
      { method: 'GET', path: '/', headers: { host: 'witness.shop.example' } },
    ],
    [`hostnames: [shop.example], ${ALL}`, { method: 'GET', path: '/', headers: { host: 'shop.example' } }],
    ['rules: [{ matches: [{ method: DELETE }] }]', { method: 'DELETE', path: '/', headers: {} }],
    [
      'rules: [{ matches: [{ path: { type: Exact, value: /a }, headers: [{ name: x, value: "1" }] }] }]',
      { method: 'GET', path: '/a', headers: { x: '1' } },
    ],
    [
      'rules: [{ matches: [{ queryParams: [{ name: q, value: a b }] }] }]',
      { method: 'GET', path: '/?q=a+b', headers: {} },
    ],
    [
      'rules: [{ matches: [{ path: { type: RegularExpression, value: "^/users/\\\\d+/(?:cart|till)$" } }] }]',
      { method: 'GET', path: '/users/1/cart', headers: {} },
    ],
    [
      'rules: [{ matches: [{ path: { type: RegularExpression, value: "/v[12]/[^/]+/.*" } }] }]',
      { method: 'GET', path: '/v1/a/a', headers: {} },
    ],
    [
      'rules: [{ matches: [{ headers: [{ name: x, type: RegularExpression, value: "[a-f]+" }] }] }]',
      { method: 'GET', path: '/', headers: { x: 'a' } },
    ],
  ])('of %s', (spec, request) => {
    expect(requestOf('HTTP/1', spec)).toEqual(request);
  });

  it('is found for patterns that guessing does not meet', () => {
    const spec =
      'rules: [{ matches: [{ headers: [{ name: x, type: RegularExpression, value: "\\\\w{2}-[7-9]" }] }] }]';
    expect(requestOf('HTTP/1', spec)).toEqual({ method: 'GET', path: '/', headers: { x: 'aa-7' } });
    const path = 'rules: [{ matches: [{ path: { type: RegularExpression, value: "[^/]*/api" } }] }]';
    expect(requestOf('HTTP/1', path)).toMatchObject({ path: '/api' });
  });

  it('is not found where no client can send one: a path begins with "/"', () => {
    const spec = 'rules: [{ matches: [{ path: { type: RegularExpression, value: "a*" } }] }]';
    expect(requestOf('HTTP/1', spec)).toBeUndefined();
  });

  it('avoids the routes that would take it first', () => {
    const shadow =
      'rules: [{ matches: [{ path: { type: Exact, value: /a } }, { path: { type: Exact, value: / } }] }]';
    expect(requestOf('HTTP/1', shadow, 'rules: [{ matches: [{ path: { value: /a } }] }]')).toMatchObject({
      path: '/a/',
    });
    expect(requestOf('HTTP/1', shadow, ALL)).toMatchObject({ path: '/witness' });
    expect(requestOf('HTTP/1', 'rules: [{ matches: [{ method: GET }] }]', ALL)).toMatchObject({
      method: 'POST',
    });
  });

  it('is one that either of two routes of equal match may take, if which is older is not known', () => {
    const policy = policyOf('HTTP/1', ALL, ALL);
    const dated = policy.routes.map((route) => ({ ...route, isUndated: false }));
    const ofLast = (routes: InboundPolicy['routes']): HttpRequest | undefined => {
      const last = routes.at(-1);
      return last === undefined ? undefined : requestFor({ ...policy, routes }, last);
    };
    expect(ofLast(policy.routes)).toMatchObject({ method: 'GET', path: '/' });
    expect(ofLast(dated)).toBeUndefined();
  });

  it('of gRPC is a call', () => {
    const call = (spec: string): unknown => requestOf('gRPC', `rules: [{ matches: [${spec}] }]`);
    expect(call('{ method: { service: shop.Cart } }')).toEqual({
      method: 'POST',
      path: '/shop.Cart/Witness',
      headers: {},
    });
    expect(call('{ method: { method: Add } }')).toEqual({
      method: 'POST',
      path: '/witness.Service/Add',
      headers: {},
    });
    expect(requestOf('gRPC', ALL)).toEqual({ method: 'POST', path: '/witness.Service/Witness', headers: {} });
  });
});

describe('a request that no route takes', () => {
  it.each<[string, unknown]>([
    ['rules: [{ matches: [{ path: { type: Exact, value: /a } }] }]', { method: 'GET', path: '/' }],
    ['rules: [{ matches: [{ path: { type: Exact, value: / } }] }]', { method: 'GET', path: '/witness' }],
    ['rules: [{ matches: [{ method: GET }] }]', { method: 'TRACE', path: '/' }],
    [`hostnames: [shop.example], ${ALL}`, { method: 'GET', path: '/' }],
    [ALL, undefined],
  ])('beside %s', (spec, request) => {
    expect(unroutableRequest(policyOf('HTTP/1', spec))).toEqual(request);
  });
});
