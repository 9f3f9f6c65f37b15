import { DEFAULT_CONFIG } from '../../../lib/linkerd/config';
import { describeTraffic } from '../../../lib/report/wording/traffic-words';
import { canCommand } from '../../../lib/report/wording/witness';
import type { HttpRequest, Traffic } from '../../../lib/verdict/request';

const target = { namespace: 'shop', kind: 'deployment', name: 'api', port: 8080 };
const ANYONE = { tls: 'none', ip: '203.0.113.7' } as const;
const WEB = {
  tls: 'mesh',
  ip: '10.1.2.3',
  identity: 'web.shop.serviceaccount.identity.linkerd.cluster.local',
} as const;
const request = (more: Partial<HttpRequest>): Traffic => ({
  kind: 'request',
  request: { path: '/', ...more },
});
const HEADERS = { host: 'web.shop', accept: ['a', 'b'] };

it.each([
  [{ kind: 'connection' } as const, 'a non-HTTP connection'],
  [request({}), 'GET /'],
  [request({ method: 'POST', path: '/x?y=1' }), 'POST /x?y=1'],
  [request({ version: 'HTTP/2', headers: HEADERS }), 'GET / (HTTP/2, host: web.shop, accept: a, accept: b)'],
])('says in words what %j is', (traffic, words) => {
  expect(describeTraffic(traffic)).toBe(words);
});

describe('the command that replays a witness', () => {
  it.each([
    [ANYONE, request({}), 'can 203.0.113.7 shop/deployment/api:8080 dist --path /'],
    [
      { ...WEB, tls: 'unauthenticated-tls' } as const,
      request({}),
      'can unauthenticated-tls shop/deployment/api:8080 dist --ip 10.1.2.3 --path /',
    ],
    [
      WEB,
      request({ method: 'GET' }),
      'can shop/serviceaccount/web shop/deployment/api:8080 dist --ip 10.1.2.3 --path /',
    ],
    [
      { ...WEB, identity: 'x.example' },
      request({}),
      'can x.example shop/deployment/api:8080 dist --ip 10.1.2.3 --path /',
    ],
    [
      ANYONE,
      request({ method: 'POST', path: '/a b' }),
      "can 203.0.113.7 shop/deployment/api:8080 dist --method POST --path '/a b'",
    ],
    [
      ANYONE,
      request({ headers: HEADERS, version: 'HTTP/1' }),
      "can 203.0.113.7 shop/deployment/api:8080 dist --path / --header 'host: web.shop' --header 'accept: a' --header 'accept: b' --http-version 1",
    ],
  ])('of %j with %j', (client, traffic, command) => {
    expect(canCommand({ client, target, traffic }, DEFAULT_CONFIG, ['dist'])).toBe(
      `namespace-jail ${command}`,
    );
  });
});
