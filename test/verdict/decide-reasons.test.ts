import type { ClientReference } from '../../lib/verdict/client';
import { decide } from '../../lib/verdict/decide';
import type { Decision } from '../../lib/verdict/decision';
import { RAW_CONNECTION, type Traffic } from '../../lib/verdict/request';
import { route, server } from './routes';
import { unchecked } from '../helpers/manifests';

/** What a person reads of a verdict: every reason that there is, and the sentence for it. */
const PODS = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, annotations: { linkerd.io/inject: enabled } }
spec: { containers: [{ name: a, image: x }] }
---
apiVersion: v1
kind: Pod
metadata: { name: plain, namespace: shop }
spec: { containers: [{ name: a, image: x }] }
---
`;

const OUTSIDE: ClientReference = { ip: '203.0.113.7', tls: 'none' };
const TAP = 'tap.linkerd-viz.serviceaccount.identity.linkerd.cluster.local';

function get(path: string): Traffic {
  return { kind: 'request', request: { path } };
}

function ask(manifests: string, client = OUTSIDE, traffic = get('/'), port = 8080, name = 'web'): Decision {
  return decide(unchecked(PODS + manifests), { namespace: 'shop', kind: 'pod', name, port }, client, traffic);
}

function words({ verdict, reason, because, notFound }: Decision): string {
  return `${verdict}${notFound === undefined ? '' : ` (${notFound})`}, ${reason}: ${because}`;
}

describe('a verdict says', () => {
  it('that the target has no proxy, and why', () => {
    const decision = ask('', OUTSIDE, get('/'), 8080, 'plain');
    expect(words(decision)).toBe(
      'allow, unmeshed-target: shop/pod/plain is not meshed: ' +
        'neither namespace shop nor the pod template has linkerd.io/inject: enabled',
    );
    expect(decision).toMatchObject({ authorizations: [], nearMisses: [], ignored: [], notes: [] });
  });

  it('that nothing of the Server admits', () => {
    expect(words(ask(server('HTTP/1')))).toBe(
      'deny, no-authorization: no authorization of server/http admits this client',
    );
  });

  it('that no route takes the request, which is a 404 whoever asks', () => {
    const only = server('HTTP/1', 'all-unauthenticated') + route('{ matches: [{ path: { value: /a } }] }');
    expect(words(ask(only))).toBe(
      'not-found (route), no-route: no route of server/http matches the request, so the proxy answers 404',
    );
    expect(words(ask(only, OUTSIDE, get('/a')))).toBe(
      'allow, authorized: default/all-unauthenticated admits this client',
    );
  });

  it('that the port has no routes for an HTTP request of a mesh client (8.1)', () => {
    const tls = ask(server('TLS', 'all-unauthenticated'), { ip: '10.1.2.3', tls: 'mesh', identity: 'a.b' });
    expect(words(tls)).toBe(
      'not-found (route), no-route: the port is TLS, so the proxy has no routes for it',
    );
  });

  it('that the proxy cannot take the policy (3.11), whoever is asking for whatever', () => {
    const broken =
      server('gRPC', 'all-unauthenticated') +
      route('{ matches: [{ headers: [] }] }', 'GRPCRoute', 'gateway.networking.k8s.io/v1');
    for (const traffic of [get('/'), RAW_CONNECTION]) {
      const decision = ask(broken, OUTSIDE, traffic);
      expect(words(decision)).toBe(
        'deny, broken-policy: grpcroute/r has a match without "method", which makes the proxy refuse everything',
      );
      expect(decision.authorizations).toEqual([]);
    }
  });

  it('that a match without method only breaks ports that speak gRPC', () => {
    const route1 = route('{ matches: [{ headers: [] }] }', 'GRPCRoute', 'gateway.networking.k8s.io/v1');
    expect(ask(server('HTTP/1', 'all-unauthenticated') + route1).verdict).toBe('allow');
  });

  it('that only tap itself reaches the tap port (5.4)', () => {
    const tap = ask('', { ip: '10.1.2.3', tls: 'mesh', identity: TAP }, get('/'), 4190);
    expect(words(tap)).toBe(`allow, tap: the tap server serves ${TAP}`);
    for (const client of [OUTSIDE, { ip: '10.1.2.3', tls: 'mesh', identity: 'a.b' } as const])
      expect(words(ask('', client, get('/'), 4190))).toBe(`deny, tap: the tap server serves only ${TAP}`);
    expect(ask('', { ip: '10.1.2.3', tls: 'none', identity: TAP }, get('/'), 4190).verdict).toBe('deny');
  });

  it('what is missing: the target, or the client', () => {
    expect(words(ask('', OUTSIDE, get('/'), 8080, 'gone'))).toBe(
      'not-found (workload), no-workload: shop/pod/gone is not in the manifests',
    );
    const gone: ClientReference = { workload: { namespace: 'shop', kind: 'pod', name: 'gone' } };
    expect(words(ask('', gone))).toBe(
      'not-found (workload), no-workload: shop/pod/gone is not in the manifests',
    );
  });

  it('that an audit policy is what let the client in, and only where nothing else does', () => {
    const decision = ask(server('HTTP/1', 'audit'));
    expect(words(decision)).toBe('audit, authorized: default/audit admits this client');
    const local = ask(server('HTTP/1', 'audit'), { ip: '127.0.0.1', tls: 'none' });
    expect(local.authorizations.map(({ name }) => name)).toEqual(['default/localhost', 'default/audit']);
    expect(local.verdict).toBe('allow');
  });

  it('that the route itself answers with a redirect', () => {
    const redirect =
      '{ matches: [{ path: { value: / } }], filters: [{ type: RequestRedirect, requestRedirect: {} }] }';
    const plain = '{ matches: [{ path: { value: / } }] }';
    const open = server('HTTP/1', 'all-unauthenticated');
    expect(ask(open + route(redirect)).notes).toEqual(['the route itself answers with a redirect']);
    expect(ask(open + route(plain)).notes).toEqual([]);
  });

  it('which route was taken, and where it is written; a connection takes none', () => {
    const open = server('unknown', 'all-unauthenticated') + route('{ matches: [{ path: { value: / } }] }');
    expect(ask(open)).toMatchObject({ route: 'httproute/r', routeSource: { object: { kind: 'HTTPRoute' } } });
    expect(ask(open)).toMatchObject({ server: 'server/http', serverSource: { object: { kind: 'Server' } } });
    expect(ask(open, OUTSIDE, RAW_CONNECTION).route).toBeUndefined();
    expect(ask('')).toMatchObject({ server: 'default/all-unauthenticated', route: 'default/default' });
    expect(ask('').serverSource).toBeUndefined();
  });

  it('what does not admit, and what has no effect on the protocol of the port', () => {
    const routed = server('opaque') + route('{ matches: [{ path: { value: / } }] }');
    const decision = ask(routed);
    expect(decision.nearMisses).toEqual([
      {
        ref: { kind: 'localhost' },
        name: 'default/localhost',
        because: '203.0.113.7 is not in its networks',
      },
    ]);
    expect(decision.ignored.map(({ name, because }) => `${name}: ${because}`)).toEqual([
      'httproute/r: routes have no effect on a Server with proxyProtocol opaque',
    ]);
  });
});
