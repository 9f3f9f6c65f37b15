import type { ClientReference } from '../../lib/verdict/client';
import { decide } from '../../lib/verdict/decide';
import type { Traffic } from '../../lib/verdict/request';
import { clusterOf } from '../helpers/manifests';

const PODS = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web }, annotations: { linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny } }
spec: { serviceAccountName: web, containers: [{ name: a, image: x, ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: client, namespace: shop, annotations: { linkerd.io/inject: enabled } }
spec: { serviceAccountName: client, containers: [{ name: a, image: x }] }
---
apiVersion: v1
kind: Pod
metadata: { name: plain, namespace: shop }
spec: { containers: [{ name: a, image: x }] }
---
apiVersion: v1
kind: Pod
metadata: { name: around, namespace: shop, annotations: { linkerd.io/inject: enabled, config.linkerd.io/skip-outbound-ports: "80", config.linkerd.io/skip-subnets: 10.0.0.0/8 } }
spec: { serviceAccountName: client, containers: [{ name: a, image: x }] }
---
`;

const SERVER = `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: http, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, port: http, proxyProtocol: HTTP/1 }
---
`;

const SERVICE = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
---
`;

function policy(name: string, refs: string): string {
  return `
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: shop }
spec: { targetRef: { group: policy.linkerd.io, kind: Server, name: http }, requiredAuthenticationRefs: [${refs}] }
---
`;
}

function networks(name: string, ...cidrs: string[]): string {
  const items = cidrs.map((cidr) => `{ cidr: "${cidr}" }`).join(', ');
  return `
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: { name: ${name}, namespace: shop }
spec: { networks: [${items}] }
---
`;
}

const CLIENT = policy('client', '{ kind: ServiceAccount, name: client }');
const REQUEST: Traffic = { kind: 'request', request: { path: '/' } };

function pod(name: string): ClientReference {
  return { workload: { namespace: 'shop', kind: 'pod', name } };
}

function ask(
  manifests: string,
  client: ClientReference,
  traffic: Traffic = REQUEST,
  port = 8080,
): ReturnType<typeof decide> {
  const cluster = clusterOf(PODS + manifests);
  return decide(cluster, { namespace: 'shop', kind: 'pod', name: 'web', port }, client, traffic);
}

describe('a decision tells', () => {
  it('who admits, through what, and where that is written', () => {
    const named =
      policy('both', '{ group: policy.linkerd.io, kind: NetworkAuthentication, name: nets }') +
      networks('nets', '10.0.0.0/8');
    const { verdict, because, server, serverSource, route, authorizations } = ask(SERVER + CLIENT + named, {
      ip: '10.1.1.1',
      tls: 'none',
    });
    expect({ verdict, because, server, route, line: serverSource?.origin.line }).toMatchInlineSnapshot(`
      {
        "because": "authorizationpolicy/both admits this client",
        "line": 23,
        "route": "default/default",
        "server": "server/http",
        "verdict": "allow",
      }
    `);
    expect(
      authorizations.map(({ name, level, source, via }) => [
        name,
        level,
        source?.origin.line,
        via.map(({ origin }) => origin.line),
      ]),
    ).toMatchInlineSnapshot(`
      [
        [
          "authorizationpolicy/both",
          "server",
          35,
          [
            41,
          ],
        ],
      ]
    `);
  });

  it('who nearly admits, and what the client lacks', () => {
    const named =
      policy('net', '{ group: policy.linkerd.io, kind: NetworkAuthentication, name: nets }') +
      networks('nets', '192.168.0.0/16');
    const misses = (client: ClientReference): string[] =>
      ask(SERVER + CLIENT + named, client).nearMisses.map(({ name, because }) => `${name}: ${because}`);
    expect(misses({ ip: '10.1.1.1', tls: 'none' })).toMatchInlineSnapshot(`
      [
        "authorizationpolicy/client: it requires mutual TLS, but the client shows no identity",
        "authorizationpolicy/net: 10.1.1.1 is not in its networks",
        "default/localhost: 10.1.1.1 is not in its networks",
      ]
    `);
    expect(misses({ ip: '10.1.1.1', tls: 'unauthenticated-tls' })[0]).toMatchInlineSnapshot(
      `"authorizationpolicy/client: it requires an identity, but the client shows none"`,
    );
    expect(misses({ ip: '10.1.1.1', tls: 'mesh', identity: 'other.example' })[0]).toMatchInlineSnapshot(
      `"authorizationpolicy/client: it does not admit identity other.example, only client.shop.serviceaccount.identity.linkerd.cluster.local"`,
    );
    expect(misses({ tls: 'mesh', identity: 'other.example' }).at(-1)).toMatchInlineSnapshot(
      `"default/localhost: the client comes from none of its networks"`,
    );
  });

  it('that a wildcard never matches a SPIFFE id', () => {
    const wildcard =
      policy('mesh', '{ group: policy.linkerd.io, kind: MeshTLSAuthentication, name: m }') +
      `
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: { name: m, namespace: shop }
spec: { identities: ["*"] }
`;
    expect(
      ask(SERVER + wildcard, { ip: '10.1.1.1', tls: 'mesh', identity: 'spiffe://corp/x' }).nearMisses[0]
        ?.because,
    ).toMatchInlineSnapshot(
      `"it does not admit identity spiffe://corp/x, only * (wildcards never match a SPIFFE id)"`,
    );
  });

  it('what was written for the port and has no effect', () => {
    const { ignored } = ask(
      SERVER + policy('dangling', '{ group: policy.linkerd.io, kind: NetworkAuthentication, name: gone }'),
      pod('client'),
    );
    expect(ignored.map(({ name, because }) => `${name}: ${because}`)).toMatchInlineSnapshot(`
      [
        "authorizationpolicy/dangling: it requires NetworkAuthentication shop/gone, which is not in the input",
      ]
    `);
  });

  it('why a client that is a workload shows no identity', () => {
    expect(ask(SERVER + CLIENT, pod('plain')).notes).toMatchInlineSnapshot(`
      [
        "shop/pod/plain is not meshed: neither namespace shop nor the pod template has linkerd.io/inject: enabled",
      ]
    `);
    expect(ask(SERVER + CLIENT + SERVICE, pod('around'))).toMatchObject({ verdict: 'deny' });
    expect(ask(SERVER + CLIENT + SERVICE, pod('around')).notes).toMatchInlineSnapshot(`
      [
        "shop/pod/around bypasses its own proxy for outbound traffic to port 80",
      ]
    `);
    expect(ask(SERVER + CLIENT, pod('around'))).toMatchObject({ verdict: 'allow' });
  });

  it('that the dialled port counts, when it is known', () => {
    expect(ask(SERVER + CLIENT, { ...pod('around'), dialledPort: 80 } as ClientReference).verdict).toBe(
      'deny',
    );
    expect(
      ask(SERVER + CLIENT + SERVICE, { ...pod('around'), dialledPort: 8080 } as ClientReference).verdict,
    ).toBe('allow');
  });

  it('where a client of unknown address gets in from', () => {
    const named = policy('net', '{ group: policy.linkerd.io, kind: NetworkAuthentication, name: nets }');
    const verdict = (...cidrs: string[]): unknown => {
      const decision = ask(SERVER + named + networks('nets', ...cidrs), { tls: 'none' });
      return [decision.verdict, decision.because];
    };
    expect(verdict('0.0.0.0/0', '::/0')).toEqual(['allow', 'authorizationpolicy/net admits this client']);
    expect(verdict('203.0.113.0/24')).toEqual(['deny', 'no authorization of server/http admits this client']);
    expect(verdict('10.1.0.0/16')).toMatchInlineSnapshot(`
      [
        "depends",
        "deny, unless its address is in 10.1.0.0/16",
      ]
    `);
  });

  it.each<[string, ClientReference, number, Traffic]>([
    ['a pod to itself', pod('web'), 8080, REQUEST],
    [
      'tap',
      { tls: 'mesh', identity: 'tap.linkerd-viz.serviceaccount.identity.linkerd.cluster.local' },
      4190,
      REQUEST,
    ],
    ['another to the tap port', pod('client'), 4190, REQUEST],
    ["an unmeshed client to the proxy's own port", { tls: 'none' }, 4143, REQUEST],
    ['a skipped port', { tls: 'none' }, 4567, REQUEST],
    ['bytes that are not HTTP to an HTTP port', pod('client'), 8080, { kind: 'connection' }],
    [
      'HTTP/2 without detection',
      { tls: 'none' },
      8080,
      { kind: 'request', request: { path: '/', version: 'HTTP/2' } },
    ],
  ])('the reason, for %s', (_, client, port, traffic) => {
    const { verdict, reason, because } = ask(SERVER + CLIENT, client, traffic, port);
    expect({ verdict, reason, because }).toMatchSnapshot();
  });

  it('that a workload is not in the manifests', () => {
    const cluster = clusterOf(PODS);
    const web = { namespace: 'shop', kind: 'pod', name: 'web', port: 80 };
    expect(decide(cluster, { ...web, name: 'gone' }, { tls: 'none' })).toMatchObject({
      verdict: 'not-found',
      notFound: 'workload',
      because: 'shop/pod/gone is not in the manifests',
    });
    expect(decide(cluster, web, pod('gone'))).toMatchObject({
      verdict: 'not-found',
      notFound: 'workload',
      because: 'shop/pod/gone is not in the manifests',
    });
  });
});
