import fc from 'fast-check';
import type { KubeObject } from '../../lib/kubernetes/object';
import { DEFAULT_POLICIES } from '../../lib/linkerd/default-policy';
import {
  authorizationPolicy,
  meshAuthentication,
  networkAuthentication,
  serverAuthorization,
} from './cluster';
import { routeSpec, type RouteSpec } from './routes';

/**
 * Random clusters in which much is going on at few ports: Servers that select, routes that compete, and authorizations
 * that say who may use them. Where `objects` leaves it to chance what meets, here almost everything does.
 */
const oneOf = fc.constantFrom;
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const POLICIES = ['deny', 'deny', 'deny', 'audit', 'cluster-authenticated', ...DEFAULT_POLICIES];
const PROTOCOLS = ['HTTP/1', 'HTTP/2', 'HTTP/2', 'gRPC', 'unknown', 'opaque', 'TLS'];
const TIMES = ['2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z'];
const SHOP = 'shop';

const annotations = fc.record({
  'linkerd.io/inject': oneOf('enabled', 'enabled', 'enabled', 'enabled', 'enabled', 'disabled'),
  'config.linkerd.io/default-inbound-policy': maybe(oneOf(...POLICIES)),
  'config.linkerd.io/opaque-ports': rarely(oneOf('9000-9100', '8080')),
  'config.linkerd.io/skip-inbound-ports': rarely(oneOf('9000-9100', '9090')),
  'config.linkerd.io/proxy-require-identity-inbound-ports': rarely(oneOf('9000-9100', '9090')),
  'config.linkerd.io/skip-subnets': rarely(oneOf('10.1.0.0/16', '192.168.0.0/16, 10.9.0.0/16')),
});

function rarely<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.tuple(fc.nat(9), value).map(([n, some]) => (n === 0 ? some : undefined));
}

function pod(name: string): fc.Arbitrary<{ readonly metadata: object; readonly spec: object }> {
  return fc.record({
    metadata: fc.record({ labels: fc.constant({ app: name }), annotations }),
    spec: fc.record({
      serviceAccountName: oneOf('a', 'b'),
      containers: fc.tuple(
        fc.record({
          name: fc.constant('main'),
          image: fc.constant('example'),
          ports: fc.constant([
            { containerPort: 8080, name: 'http' },
            { containerPort: 9090, name: 'grpc' },
          ]),
          readinessProbe: maybe(fc.constant({ httpGet: { path: '/healthz', port: 'http' } })),
        }),
      ),
    }),
  });
}

const deployment = pod('web').map((template) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: SHOP },
  spec: { selector: { matchLabels: { app: 'web' } }, template },
}));

/** A pod that a Deployment made, perhaps before its template or its Namespace changed. */
const running = pod('web').map(({ metadata, spec }) => [
  {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web-1', namespace: SHOP, ownerReferences: ownedBy('apps/v1', 'Deployment', 'web') },
    spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata, spec } },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      name: 'web-1-x',
      namespace: SHOP,
      ownerReferences: ownedBy('apps/v1', 'ReplicaSet', 'web-1'),
    },
    spec,
    status: { phase: 'Running', podIP: '10.1.2.3' },
  },
]);

function ownedBy(apiVersion: string, kind: string, name: string): readonly object[] {
  return [{ apiVersion, kind, name, uid: name, controller: true }];
}

const single = pod('db').map(({ metadata, spec }) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...metadata, name: 'db', namespace: SHOP },
  spec,
}));

function server(name: string): fc.Arbitrary<object> {
  return fc.record({
    apiVersion: fc.constant('policy.linkerd.io/v1beta3'),
    kind: fc.constant('Server'),
    metadata: fc.record({
      name: fc.constant(name),
      namespace: fc.constant(SHOP),
      creationTimestamp: maybe(oneOf(...TIMES)),
    }),
    spec: fc.record({
      podSelector: oneOf({}, { matchLabels: { app: 'web' } }, { matchLabels: { app: 'db' } }),
      port: oneOf<string | number>('http', 8080, 'grpc'),
      proxyProtocol: oneOf(...PROTOCOLS),
      accessPolicy: maybe(oneOf(...POLICIES)),
    }),
  });
}

/** A route of `a`, named so that authorizations that name routes may mean it. */
function route(spec: RouteSpec, name: string, createdAt: string | undefined): object {
  const { kind, hostnames, rules } = spec;
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind,
    metadata: { name, namespace: SHOP, creationTimestamp: createdAt },
    spec: { parentRefs: [{ group: 'policy.linkerd.io', kind: 'Server', name: 'a' }], hostnames, rules },
  };
}

const ROUTES = ['a', 'b', 'c'];

const routes = fc
  .nat(9)
  .chain((n) =>
    fc
      .array(fc.tuple(routeSpec([], n === 0), maybe(oneOf(...TIMES))), { maxLength: ROUTES.length })
      .map((all) => all.map(([spec, createdAt], i) => route(spec, ROUTES[i] ?? 'c', createdAt))),
  );

const home = <T extends { readonly metadata: object }>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  arbitrary.map((one) => ({ ...one, metadata: { ...one.metadata, namespace: SHOP } }));

/** Authorizations of the Servers, routes and the Namespace above: who is missing is in none of the sets. */
const authorizations = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: home(authorizationPolicy) },
    { weight: 1, arbitrary: home(serverAuthorization) },
  ),
  { minLength: 1, maxLength: 5 },
);

export const busyObjects: fc.Arbitrary<KubeObject[]> = fc
  .record({
    namespace: annotations.map((own) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: SHOP, annotations: own },
    })),
    deployment,
    single: maybe(single),
    running: rarely(running),
    servers: fc.tuple(server('a'), maybe(server('b'))),
    routes,
    authentications: fc.array(fc.oneof(home(networkAuthentication), home(meshAuthentication)), {
      minLength: 1,
      maxLength: 4,
    }),
    authorizations,
  })
  .map(({ namespace, deployment: web, single: db, running: made, ...rest }) => {
    const { servers, routes: all, authentications, authorizations: granted } = rest;
    return [namespace, web, db, ...(made ?? []), ...servers, ...all, ...authentications, ...granted]
      .filter((one) => one !== undefined)
      .map((one) => JSON.parse(JSON.stringify(one)) as KubeObject);
  });
