import type { ProxyClient } from '../../lib/linkerd/client';
import { access, trafficClasses } from '../../lib/verdict/access';
import { decide } from '../../lib/verdict/decide';
import { RAW_CONNECTION, type Traffic } from '../../lib/verdict/request';
import { manifest, pod, server, unchecked, workloadOf } from '../helpers/manifests';

/** `access` answers for all clients at once, `decide` for each: they must agree wherever a rule makes a difference. */
const PROBED = '{ name: a, image: x, readinessProbe: { httpGet: { path: /ready, port: 8080 } } }';
const WEB = pod('web', PROBED);

const CLIENTS: readonly (ProxyClient & { readonly ip: string })[] = [
  '10.1.2.3',
  '10.9.1.1',
  '203.0.113.7',
].flatMap((ip) => [
  { ip, tls: 'none' } as const,
  { ip, tls: 'unauthenticated-tls' } as const,
  { ip, tls: 'mesh', identity: 'web.shop.serviceaccount.identity.linkerd.cluster.local' } as const,
  { ip, tls: 'mesh', identity: 'tap.linkerd-viz.serviceaccount.identity.linkerd.cluster.local' } as const,
]);

const TRAFFIC: readonly Traffic[] = [
  RAW_CONNECTION,
  ...['/', '/ready', '/admin'].map((path): Traffic => ({ kind: 'request', request: { path } })),
  { kind: 'request', request: { path: '/', version: 'HTTP/1' } },
  { kind: 'request', request: { path: '/', version: 'HTTP/2' } },
  { kind: 'request', request: { path: '/a.B/c', method: 'POST', version: 'HTTP/2' } },
];

function own(spec: string): string {
  return server('s', `{ podSelector: {}, ${spec} }`);
}

function route(rules: string, kind = 'HTTPRoute', version = 'policy.linkerd.io/v1beta3'): string {
  const parents = '[{ group: policy.linkerd.io, kind: Server, name: s }]';
  return manifest(version, kind, 'r', `{ parentRefs: ${parents}, rules: ${rules} }`);
}

function policy(target: string, refs: string, name = 'p'): string {
  return manifest(
    'policy.linkerd.io/v1alpha1',
    'AuthorizationPolicy',
    name,
    `{ targetRef: { group: policy.linkerd.io, ${target} }, requiredAuthenticationRefs: [${refs}] }`,
  );
}

const ACCOUNT = '{ kind: ServiceAccount, name: web }';
const MISSING = '{ group: policy.linkerd.io, kind: NetworkAuthentication, name: missing }';
const ADMIN = route('[{ matches: [{ path: { value: /admin } }] }]');
const annotated = (annotations: string): string => pod('web', PROBED, `, ${annotations}`);
const byDefault = (value: string): string => annotated(`config.linkerd.io/default-inbound-policy: ${value}`);

const CASES: readonly (readonly [string, string])[] = [
  ...['all-unauthenticated', 'all-authenticated', 'cluster-unauthenticated', 'deny', 'audit'].map(
    (value) => [`the default policy ${value}`, byDefault(value)] as const,
  ),
  ...['unknown', 'HTTP/1', 'HTTP/2', 'gRPC', 'opaque', 'TLS'].flatMap((protocol) =>
    ['deny', 'audit', 'all-authenticated'].map(
      (mode) =>
        [
          `a Server of protocol ${protocol} and mode ${mode}`,
          WEB + own(`port: 8080, proxyProtocol: ${protocol}, accessPolicy: ${mode}`),
        ] as const,
    ),
  ),
  [
    'a route with an authorization of its own',
    WEB + own('port: 8080') + ADMIN + policy('kind: HTTPRoute, name: r', ACCOUNT),
  ],
  ['a route without rules', WEB + own('port: 8080, accessPolicy: all-unauthenticated') + route('[]')],
  [
    'an authorization of the Server beside routes',
    WEB + own('port: 8080') + ADMIN + policy('kind: Server, name: s', ACCOUNT),
  ],
  [
    'an authorization of a missing object',
    WEB + own('port: 8080') + policy('kind: Server, name: s', MISSING),
  ],
  [
    'an authorization of a missing object beside an audit mode',
    WEB + own('port: 8080, accessPolicy: audit') + policy('kind: Server, name: s', MISSING),
  ],
  [
    'a route with an authorization of a missing object',
    WEB + own('port: 8080') + ADMIN + policy('kind: HTTPRoute, name: r', MISSING),
  ],
  [
    'an authorization for a Server that is missing',
    byDefault('deny') + policy('kind: Server, name: elsewhere', ''),
  ],
  [
    'an authorization for a Server that is missing, beside one that closes',
    WEB + own('port: 8080, proxyProtocol: TLS') + policy('kind: Server, name: elsewhere', ''),
  ],
  [
    'a policy that the proxy cannot take (3.11)',
    WEB +
      own('port: 8080, proxyProtocol: gRPC, accessPolicy: all-unauthenticated') +
      route('[{ matches: [{ headers: [] }] }]', 'GRPCRoute', 'gateway.networking.k8s.io/v1'),
  ],
  ['a subnet that is skipped (5.5)', annotated('config.linkerd.io/skip-subnets: 10.9.0.0/16')],
  [
    'a subnet that is skipped under an audit mode',
    annotated('config.linkerd.io/skip-subnets: 10.9.0.0/16, config.linkerd.io/default-inbound-policy: audit'),
  ],
  [
    'a subnet that is skipped, with a missing object',
    annotated('config.linkerd.io/skip-subnets: 10.9.0.0/16') +
      own('port: 8080') +
      policy('kind: Server, name: s', MISSING),
  ],
  [
    'Servers on the ports of the proxy itself',
    WEB +
      server(
        'admin',
        '{ podSelector: {}, port: 4191, proxyProtocol: opaque, accessPolicy: all-unauthenticated }',
      ) +
      server('inbound', '{ podSelector: {}, port: 4143, accessPolicy: all-unauthenticated }'),
  ],
  [
    'a Server on the admin port (5.2)',
    WEB +
      server(
        'admin',
        '{ podSelector: {}, port: 4191, proxyProtocol: HTTP/2, accessPolicy: all-authenticated }',
      ),
  ],
  ['an authorization for a missing Server, on every port', WEB + policy('kind: Server, name: elsewhere', '')],
  ['an unmeshed pod', WEB.replace('inject: enabled', 'inject: disabled')],
];

describe('what is said of all clients is what is said of each, under', () => {
  it.each(CASES)('%s', (_name, manifests) => {
    const cluster = unchecked(manifests);
    const web = workloadOf(cluster);
    const wrong: string[] = [];
    for (const port of [8080, 4143, 4190, 4191, 4567]) {
      for (const traffic of TRAFFIC) {
        const { allow, audit, possibly } = access(cluster, web, port, traffic);
        const all = Object.entries({ allow, audit, depends: possibly });
        for (const client of CLIENTS) {
          const said = all.flatMap(([verdict, set]) => (set.has(client) ? [verdict] : [])).join(' and ');
          const { verdict } = decide(cluster, { ...web, port }, client, traffic);
          const each = verdict === 'deny' || verdict === 'not-found' ? '' : verdict;
          if (said !== each)
            wrong.push(`${port} ${JSON.stringify([traffic, client])}: ${said}, but each: ${each}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each(CASES)(
    '%s: a class of traffic has a sample of its own, and what is said of that',
    (_name, manifests) => {
      const cluster = unchecked(manifests);
      const web = workloadOf(cluster);
      for (const port of [8080, 4143, 4191]) {
        const classes = trafficClasses(cluster, web, port);
        for (const { access: own, traffic, name, hasSample } of classes) {
          const found = access(cluster, web, port, traffic);
          expect(hasSample).toBe(true);
          expect(name === 'connection').toBe(traffic.kind === 'connection');
          expect([name, own.reason, own.allow.key, own.audit.key, own.possibly.key]).toEqual([
            name,
            found.reason,
            found.allow.key,
            found.audit.key,
            found.possibly.key,
          ]);
          expect(own.grants.map((grant) => `${grant.level} ${grant.name}`)).toEqual(
            found.grants.map((grant) => `${grant.level} ${grant.name}`),
          );
        }
      }
    },
  );
});
