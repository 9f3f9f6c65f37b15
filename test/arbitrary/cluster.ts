import fc from 'fast-check';
import { Cluster } from '../../lib/cluster/cluster';
import type { ClusterOptions } from '../../lib/cluster/cluster-options';
import type { KubeObject, SourceObject } from '../../lib/kubernetes/object';
import { DEFAULT_POLICIES } from '../../lib/linkerd/default-policy';

/**
 * Random clusters, small enough that their parts meet: few names, so that selectors select, references resolve and
 * Servers fight over ports.
 */
const NAMESPACES = ['shop', 'auth'];
const NAMES = ['a', 'b', 'c'];
const PORTS = [80, 8080, 9090, 4191];
const PORT_NAMES = ['http', 'grpc', 'admin'];
const APPS = ['web', 'db'];
const PATHS = ['/', '/api', '/api/v1', '/healthz'];
export const CIDRS = [
  '10.0.0.0/8',
  '10.1.0.0/16',
  '10.1.2.3',
  '0.0.0.0/0',
  '::/0',
  'fd00::/8',
  '127.0.0.0/8',
];
const HOLES = ['10.1.0.0/16', '10.1.2.3', '10.200.0.0/16'];
const X = 'serviceaccount.identity.linkerd.cluster.local';
export const IDENTITIES = [
  `a.shop.${X}`,
  `b.shop.${X}`,
  `a.auth.${X}`,
  'other.example',
  'spiffe://corp/a',
  'spiffe://corp/b',
];
const PATTERNS = [...IDENTITIES, '*', `*.shop.${X}`, `*.auth.${X}`, `*.${X}`, '*.example'];
const PROTOCOLS = ['unknown', 'HTTP/1', 'HTTP/2', 'gRPC', 'opaque', 'TLS'];

const oneOf = fc.constantFrom;
const some = <T>(arbitrary: fc.Arbitrary<T>, maxLength = 2): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { maxLength });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

/** Leaves out what is undefined, as a manifest would. */
function tidy<T extends object>(object: T): T {
  return JSON.parse(JSON.stringify(object)) as T;
}

const created = maybe(oneOf('2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z'));

const metadata = fc
  .record({
    name: oneOf(...NAMES),
    namespace: oneOf(...NAMESPACES),
    creationTimestamp: created,
    app: maybe(oneOf(...APPS)),
  })
  .map(({ app, ...rest }) => ({ ...rest, labels: app === undefined ? undefined : { app } }));

const selector = fc.oneof(
  fc.constant({}),
  oneOf(...APPS).map((app) => ({ matchLabels: { app } })),
  oneOf('In', 'NotIn').map((operator) => ({ matchExpressions: [{ key: 'app', operator, values: ['web'] }] })),
  oneOf('Exists', 'DoesNotExist').map((operator) => ({ matchExpressions: [{ key: 'app', operator }] })),
);

const portList = oneOf('8080', '80,8080', '9000-9100', '1-65535', 'http,8080', '4191');

/** In one of six. */
function rarely<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.tuple(fc.nat(5), value).map(([n, some]) => (n === 0 ? some : undefined));
}

const annotations = fc
  .record({
    'linkerd.io/inject': oneOf('enabled', 'enabled', 'enabled', 'disabled'),
    'config.linkerd.io/default-inbound-policy': maybe(oneOf(...DEFAULT_POLICIES, 'all_authenticated')),
    'config.linkerd.io/opaque-ports': maybe(portList),
    'config.linkerd.io/proxy-require-identity-inbound-ports': maybe(portList),
    'config.linkerd.io/skip-inbound-ports': maybe(portList),
    'config.linkerd.io/skip-subnets': rarely(
      oneOf('10.1.0.0/16', '0.0.0.0/0,::/0', '192.168.0.0/16, 10.9.0.0/16'),
    ),
    'config.linkerd.io/control-port': rarely(oneOf('8080', '9999')),
  })
  .map(tidy);

const probe = fc.record({
  httpGet: fc.record({ path: oneOf('/healthz', '/'), port: oneOf<string | number>(...PORTS, ...PORT_NAMES) }),
});

const container = fc.record({
  name: fc.constant('main'),
  image: fc.constant('example'),
  ports: some(fc.record({ containerPort: oneOf(...PORTS), name: maybe(oneOf(...PORT_NAMES)) }), 3),
  readinessProbe: maybe(probe),
});

const template = fc.record({
  metadata: fc.record({ labels: oneOf(...APPS).map((app) => ({ app })), annotations }),
  spec: fc.record({
    serviceAccountName: maybe(oneOf('a', 'b')),
    hostNetwork: maybe(fc.constant(false)),
    containers: fc.tuple(container),
  }),
});

const workload = fc.oneof(
  fc.tuple(metadata, template).map(([own, pod]) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...own, ...pod.metadata },
    spec: pod.spec,
  })),
  fc.tuple(metadata, template).map(([own, pod]) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: own,
    spec: { selector: { matchLabels: pod.metadata.labels }, template: pod },
  })),
  fc.record({
    apiVersion: fc.constant('workload.linkerd.io/v1beta1'),
    kind: fc.constant('ExternalWorkload'),
    metadata,
    spec: fc.record({
      meshTLS: fc.constant({ identity: 'spiffe://corp/a', serverName: 'a.example' }),
      ports: some(fc.record({ port: oneOf(...PORTS), name: maybe(oneOf(...PORT_NAMES)) })),
      workloadIPs: fc.constant([{ ip: '10.1.2.3' }]),
    }),
  }),
);

const namespace = fc.record({
  apiVersion: fc.constant('v1'),
  kind: fc.constant('Namespace'),
  metadata: fc.record({ name: oneOf(...NAMESPACES), annotations }),
});

const server = fc
  .record({
    metadata,
    selector,
    external: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
    port: oneOf<string | number>(...PORTS, ...PORT_NAMES),
    proxyProtocol: maybe(oneOf(...PROTOCOLS)),
    accessPolicy: maybe(oneOf('deny', 'deny', ...DEFAULT_POLICIES)),
  })
  .map(({ metadata: own, selector: podSelector, external, ...spec }) => ({
    apiVersion: 'policy.linkerd.io/v1beta3',
    kind: 'Server',
    metadata: own,
    spec: { ...spec, ...(external ? { externalWorkloadSelector: podSelector } : { podSelector }) },
  }));

const networkItem = fc.oneof(
  oneOf(...CIDRS).map((cidr) => ({ cidr })),
  some(oneOf(...HOLES)).map((except) => ({ cidr: '10.0.0.0/8', except })),
);

export const networkAuthentication = fc.record({
  apiVersion: fc.constant('policy.linkerd.io/v1alpha1'),
  kind: fc.constant('NetworkAuthentication'),
  metadata,
  spec: fc.record({ networks: fc.array(networkItem, { minLength: 1, maxLength: 2 }) }),
});

export const meshAuthentication = fc.record({
  apiVersion: fc.constant('policy.linkerd.io/v1alpha1'),
  kind: fc.constant('MeshTLSAuthentication'),
  metadata,
  spec: fc.oneof(
    fc.record({ identities: fc.array(oneOf(...PATTERNS), { minLength: 1, maxLength: 2 }) }),
    fc.record({
      identityRefs: fc.array(
        fc.oneof(
          fc.record({
            kind: fc.constant('ServiceAccount'),
            name: oneOf('a', 'b'),
            namespace: maybe(oneOf(...NAMESPACES)),
          }),
          fc.record({ kind: fc.constant('Namespace'), name: oneOf(...NAMESPACES) }),
        ),
        { minLength: 1, maxLength: 2 },
      ),
    }),
  ),
});

const target = fc.oneof(
  oneOf(...NAMES).map((name) => ({ group: 'policy.linkerd.io', kind: 'Server', name })),
  oneOf(...NAMES).map((name) => ({ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name })),
  oneOf(...NAMES).map((name) => ({ group: 'gateway.networking.k8s.io', kind: 'GRPCRoute', name })),
  fc.constant({ kind: 'Namespace', name: 'OWN' }),
);

const reference = fc.oneof(
  fc.record({
    group: fc.constant('policy.linkerd.io'),
    kind: oneOf('MeshTLSAuthentication', 'NetworkAuthentication'),
    name: oneOf(...NAMES),
    namespace: maybe(oneOf(...NAMESPACES)),
  }),
  fc.record({
    kind: fc.constant('ServiceAccount'),
    name: oneOf('a', 'b'),
    namespace: maybe(oneOf(...NAMESPACES)),
  }),
);

/** At most one of networks and one of identities; rarely one of each kind, which admission refuses where both say who. */
const references = fc.nat(9).chain((n) =>
  fc.uniqueArray(reference, {
    maxLength: 2,
    selector: ({ kind }) => (n > 0 && kind !== 'NetworkAuthentication' ? 'identity' : kind),
  }),
);

export const authorizationPolicy = fc
  .record({
    metadata,
    target,
    requiredAuthenticationRefs: references,
  })
  .map(({ metadata: own, target: to, requiredAuthenticationRefs }) => ({
    apiVersion: 'policy.linkerd.io/v1alpha1',
    kind: 'AuthorizationPolicy',
    metadata: own,
    spec: { targetRef: to.name === 'OWN' ? { ...to, name: own.namespace } : to, requiredAuthenticationRefs },
  }));

export const serverAuthorization = fc.record({
  apiVersion: fc.constant('policy.linkerd.io/v1beta1'),
  kind: fc.constant('ServerAuthorization'),
  metadata,
  spec: fc.record({
    server: fc.oneof(
      oneOf(...NAMES).map((name) => ({ name })),
      selector.map((serverSelector) => ({ selector: serverSelector })),
    ),
    client: fc
      .record({
        networks: maybe(fc.array(networkItem, { maxLength: 2 })),
        who: fc.oneof(
          fc.constant({ unauthenticated: true }),
          fc.constant({ meshTLS: { unauthenticatedTLS: true } }),
          fc.constant({}),
          some(oneOf('*', `*.shop.${X}`, `a.auth.${X}`)).map((identities) => ({ meshTLS: { identities } })),
          oneOf('a', 'b').map((name) => ({ meshTLS: { serviceAccounts: [{ name }] } })),
        ),
      })
      .map(({ networks, who }) => ({ networks, ...who })),
  }),
});

const parentRefs = fc.uniqueArray(
  fc.record({
    group: fc.constant('policy.linkerd.io'),
    kind: fc.constant('Server'),
    name: oneOf(...NAMES),
    namespace: maybe(oneOf(...NAMESPACES)),
  }),
  { maxLength: 2, selector: ({ name, namespace: own }) => `${own ?? ''}/${name}` },
);

const header = fc.record({ name: fc.constant('x-tier'), value: oneOf('gold', 'silver') });

const httpRoute = fc.record({
  apiVersion: fc.constant('gateway.networking.k8s.io/v1'),
  kind: fc.constant('HTTPRoute'),
  metadata,
  spec: fc.record({
    parentRefs,
    hostnames: maybe(some(oneOf('shop.example', '*.example'), 1)),
    rules: maybe(
      some(
        fc.record({
          matches: maybe(
            some(
              fc.record({
                path: maybe(
                  fc.oneof(
                    fc.record({ type: oneOf('Exact', 'PathPrefix'), value: oneOf(...PATHS) }),
                    fc.constant({ type: 'RegularExpression', value: '/api/.*' }),
                  ),
                ),
                method: maybe(oneOf('GET', 'POST')),
                headers: maybe(fc.tuple(header)),
              }),
            ),
          ),
        }),
      ),
    ),
  }),
});

const grpcRoute = fc.record({
  apiVersion: fc.constant('gateway.networking.k8s.io/v1'),
  kind: fc.constant('GRPCRoute'),
  metadata,
  spec: fc.record({
    parentRefs,
    rules: some(
      fc.record({
        matches: maybe(
          some(
            fc.record({
              method: fc.record({ service: oneOf('Shop', 'Bank'), method: maybe(oneOf('Buy', 'Sell')) }),
            }),
          ),
        ),
      }),
    ),
  }),
});

/** Objects of a random cluster, at most one of each kind and name in a namespace. */
export const objects: fc.Arbitrary<KubeObject[]> = fc
  .record({
    namespaces: some(namespace),
    workloads: fc.array(workload, { minLength: 1, maxLength: 3 }),
    servers: some(server, 4),
    authentications: some(fc.oneof(networkAuthentication, meshAuthentication), 4),
    authorizations: some(fc.oneof(authorizationPolicy, authorizationPolicy, serverAuthorization), 4),
    routes: some(fc.oneof(httpRoute, grpcRoute), 3),
  })
  .map((parts) =>
    unique(
      Object.values(parts)
        .flat()
        .map((object) => tidy(object) as unknown as KubeObject),
    ),
  );

export function unique(all: readonly KubeObject[]): KubeObject[] {
  return [...new Map(all.map((object) => [objectKey(object), object])).values()];
}

export function objectKey({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

export function sources(all: readonly KubeObject[]): SourceObject[] {
  return all.map((object, i) => ({ object, origin: { file: '<random>', line: i + 1 } }));
}

export function clusterWith(all: readonly KubeObject[], options: ClusterOptions = {}): Cluster {
  return Cluster.fromObjects(sources(all), options);
}

/** Clients whose parts occur in the clusters above, and some that occur nowhere. */
export const client = fc.oneof(
  fc.record({
    ip: oneOf('10.1.2.3', '10.200.0.1', '10.9.9.9', '8.8.8.8', '127.0.0.1', '::1', 'fd00::7', '2001:db8::1'),
    tls: oneOf('none' as const, 'unauthenticated-tls' as const),
  }),
  fc.record({
    ip: oneOf('10.1.2.3', '10.200.0.1', '8.8.8.8', 'fd00::7'),
    tls: fc.constant('mesh' as const),
    identity: oneOf(...IDENTITIES, 'nobody', `x.y.${X}`),
  }),
);

const request = fc
  .record({
    method: oneOf('GET', 'POST'),
    path: oneOf(
      '/',
      '/api',
      '/api/',
      '/api/v1/x',
      '/healthz',
      '/healthz?x=1',
      '/Shop/Buy',
      '/Bank/Sell',
      '/nowhere',
    ),
    host: maybe(oneOf('shop.example', 'a.b.example', 'elsewhere')),
    tier: maybe(oneOf('gold', 'silver')),
    version: maybe(oneOf('HTTP/1' as const, 'HTTP/2' as const)),
  })
  .map(({ method, path, host, tier, version }) => ({
    method,
    path,
    headers: { ...(host === undefined ? {} : { host }), ...(tier === undefined ? {} : { 'x-tier': tier }) },
    ...(version === undefined ? {} : { version }),
  }));

export const traffic = fc.oneof(
  fc.constant({ kind: 'connection' as const }),
  request.map((one) => ({ kind: 'request' as const, request: one })),
  request.map((one) => ({ kind: 'request' as const, request: one })),
);

export const port = oneOf(...PORTS, 4190, 4143, 9050, 12345);
