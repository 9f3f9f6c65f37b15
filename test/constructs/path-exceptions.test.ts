import { ApiObject, App, Chart } from 'cdk8s';
import fc from 'fast-check';
import { Cluster } from '../../lib/analysis';
import { Client, NamespaceJail, ProxyProtocol, type JailException, type NamespaceJailProps } from '../../lib';
import { commandLawRuns } from '../helpers/laws';
import { messageOf, namesOf, objectsOf, yamlOf } from './helpers';

const PROMETHEUS = Client.serviceAccount('monitoring', 'prometheus');

function shop(
  exceptions: JailException[],
  more: Partial<NamespaceJailProps> = {},
  probes = ['/healthz'],
): Chart {
  const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
  const container = (name: string, path?: string): object => ({
    name,
    image: 'web',
    ...(name === 'web' && { ports: [{ name: 'http', containerPort: 8080 }] }),
    ...(path !== undefined && { livenessProbe: { httpGet: { path, port: 8080 } } }),
  });
  const containers = [
    container('web', probes[0]),
    ...probes.slice(1).map((path, at) => container(`more-${at}`, path)),
  ];
  const annotations = { 'linkerd.io/inject': 'enabled' };
  new ApiObject(chart, 'web', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' }, annotations }, spec: { containers } },
    },
  });
  new NamespaceJail(chart, 'jail', {
    ports: [{ port: 'http', protocol: ProxyProtocol.HTTP_1 }],
    exceptions,
    ...more,
  });
  return chart;
}

it('an exception for a path has a route, the rest of the port another, and its probes a third', () => {
  const chart = shop([{ port: 'http', paths: ['/metrics'], methods: ['GET'], clients: [PROMETHEUS] }]);
  expect(namesOf(chart)).toMatchInlineSnapshot(`
    [
      "Namespace/shop",
      "Server/http",
      "AuthorizationPolicy/http-ns-only",
      "MeshTLSAuthentication/ns-only",
      "HTTPRoute/http-probes",
      "AuthorizationPolicy/http-probes",
      "HTTPRoute/http-get-metrics",
      "AuthorizationPolicy/http-get-metrics-prometheus.monitoring",
      "HTTPRoute/http-rest",
      "NetworkAuthentication/everyone",
      "Deployment/web",
    ]
  `);
  expect(yamlOf(chart, 'AuthorizationPolicy/http-get-metrics-prometheus.monitoring')).toMatchInlineSnapshot(`
    "apiVersion: policy.linkerd.io/v1alpha1
    kind: AuthorizationPolicy
    metadata:
      annotations:
        namespace-jail/exception: serviceaccount monitoring/prometheus
      name: http-get-metrics-prometheus.monitoring
      namespace: shop
    spec:
      requiredAuthenticationRefs:
        - kind: ServiceAccount
          name: prometheus
          namespace: monitoring
      targetRef:
        group: policy.linkerd.io
        kind: HTTPRoute
        name: http-get-metrics
    "
  `);
  expect(yamlOf(chart, 'HTTPRoute/http-get-metrics')).toMatchInlineSnapshot(`
    "apiVersion: policy.linkerd.io/v1beta3
    kind: HTTPRoute
    metadata:
      name: http-get-metrics
      namespace: shop
    spec:
      parentRefs:
        - group: policy.linkerd.io
          kind: Server
          name: http
      rules:
        - matches:
            - method: GET
              path:
                type: Exact
                value: /metrics
    "
  `);
});

it('routes are of the Gateway API where that is asked for', () => {
  const exceptions = [{ port: 'http', paths: ['/api/*'], clients: [PROMETHEUS] }];
  const chart = shop(exceptions, { routeApi: 'gateway.networking.k8s.io' });
  expect(yamlOf(chart, 'HTTPRoute/http-api-all')).toContain('apiVersion: gateway.networking.k8s.io/v1\n');
  expect(yamlOf(chart, 'AuthorizationPolicy/http-api-all-prometheus.monitoring')).toContain(
    'group: gateway.networking.k8s.io',
  );
});

it('on a gRPC port, services and methods are GRPCRoutes', () => {
  const exceptions = [
    { port: 'http', paths: ['shop.v1.Carts/Get'], clients: [PROMETHEUS] },
    { port: 'http', paths: ['shop.v1.Orders/*'], clients: [PROMETHEUS] },
  ];
  const chart = shop(exceptions, { ports: [{ port: 'http', protocol: ProxyProtocol.GRPC }] }, []);
  expect(namesOf(chart).filter((name) => name.startsWith('GRPCRoute'))).toMatchInlineSnapshot(`
    [
      "GRPCRoute/http-shop.v1.carts-get-97f21ab1",
      "GRPCRoute/http-shop.v1.orders-664b22a4",
      "GRPCRoute/http-rest",
    ]
  `);
});

describe('it is refused', () => {
  const refused = (
    exception: Partial<JailException>,
    more: Partial<NamespaceJailProps> = {},
    probes?: string[],
  ): string =>
    messageOf(() => objectsOf(shop([{ port: 'http', clients: [PROMETHEUS], ...exception }], more, probes)));

  it.each<[string, Partial<JailException>, string]>([
    ['a path without a slash', { paths: ['metrics'] }, 'must be a path such as "/metrics"'],
    ['a path with a query', { paths: ['/metrics?x=1'] }, 'without a query'],
    ['a star in the middle', { paths: ['/a/*/b'] }, '"*" is only for its end'],
    ['every path', { paths: ['/*'] }, 'is every path of the port; leave `paths` out'],
    ['an empty list', { paths: [] }, 'must be a list of at least one'],
    ['a method that is none', { methods: ['get'] }, 'must be one of GET, HEAD'],
    ['probe paths that would do nothing', { probePaths: ['/healthz'] }, 'would do nothing'],
    [
      'a port of the proxy',
      { port: 'linkerd-admin', paths: ['/metrics'] },
      "is the proxy's own, which has no routes",
    ],
  ])('with %s', (_, exception, expected) => expect(refused(exception)).toContain(expected));

  it('on a port whose bytes the proxy does not look into', () => {
    const ports = [{ port: 'http', protocol: ProxyProtocol.TLS }];
    expect(refused({ paths: ['/metrics'] }, { ports })).toContain(
      'exceptions[0].paths: got ["/metrics"]; the port speaks TLS',
    );
  });

  it('in the API of Linkerd 2.11, which has no routes', () => {
    expect(refused({ paths: ['/metrics'] }, { policyApi: 'ServerAuthorization' })).toContain(
      'Linkerd 2.11 has no routes',
    );
  });

  it('where Linkerd would take the older of two routes', () => {
    expect(refused({ paths: ['/healthz/*'], methods: ['GET'] })).toMatchInlineSnapshot(`
      "Validation failed with the following errors:
        [shop/jail] exceptions[0].paths: got "/healthz/*"; GET requests to /healthz are also meant by the path /healthz of another exception or probe, and Linkerd ranks the two alike, so the older route would win; give both the same clients and methods, or list the paths below it one by one"
    `);
  });

  it('where the probes of the port cannot be known', () => {
    expect(refused({ port: 'grpc', paths: ['/metrics'] })).toContain(
      'list the paths of its plain HTTP probes in `probePaths`, or write `probePaths: []` if it has none',
    );
  });
});

/** Paths that are nested, apart, and equal to a probe's. */
const PATHS = ['/', '/a', '/a/*', '/a/b', '/a/b/*', '/ab', '/a/b/c', '/healthz', '/x/'];
const ASKED = [
  '/',
  '/a',
  '/a/',
  '/a/b',
  '/a/b/',
  '/a/b/c',
  '/a/b/c/d',
  '/ab',
  '/healthz',
  '/healthz/x',
  '/x',
  '/x/',
];
const METHODS = ['GET', 'POST', 'PUT'];
const GUESTS = [
  ['monitoring/pod/prometheus', PROMETHEUS],
  ['orders/pod/any', Client.namespace('orders')],
  ['203.0.113.7', Client.network('203.0.113.0/24')],
] as const;

function admits({ paths, methods }: JailException, path: string, method: string): boolean {
  const meets = (pattern: string): boolean =>
    pattern.endsWith('/*')
      ? `${path.replace(/\/+$/, '')}/`.startsWith(pattern.slice(0, -1))
      : pattern === path;
  return (paths === undefined || paths.some(meets)) && (methods === undefined || methods.includes(method));
}

const pod = (namespace: string, name: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, annotations: { 'linkerd.io/inject': 'enabled' } },
  spec: { serviceAccountName: name, containers: [{ name, image: name }] },
});
const CLIENTS = [
  pod('monitoring', 'prometheus'),
  pod('orders', 'any'),
  pod('shop', 'peer'),
  pod('other', 'stranger'),
];

describe('for every client, path, method and probe the verdict is the same as without it, but for those admitted', () => {
  const limited = fc
    .record({
      guest: fc.nat(2),
      paths: fc.option(fc.uniqueArray(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 3 }), {
        nil: undefined,
      }),
      methods: fc.option(fc.uniqueArray(fc.constantFrom(...METHODS), { minLength: 1, maxLength: 2 }), {
        nil: undefined,
      }),
    })
    .filter(({ paths, methods }) => paths !== undefined || methods !== undefined)
    .map(({ guest, paths, methods }): JailException & { guest: number } => ({
      guest,
      port: 'http',
      clients: [GUESTS[guest]?.[1] ?? PROMETHEUS],
      ...(paths && { paths }),
      ...(methods && { methods }),
    }));

  it.each(['policy.linkerd.io', 'gateway.networking.k8s.io'] as const)('with routes of %s', (routeApi) => {
    let tried = 0;
    fc.assert(
      fc.property(
        fc.array(limited, { minLength: 1, maxLength: 3 }),
        fc.subarray(['/healthz', '/a/b', '/']),
        (exceptions, probes) => {
          const plain = exceptions.map(({ guest: _, ...exception }) => exception);
          let objects: object[];
          try {
            objects = objectsOf(shop(plain, { routeApi }, probes));
          } catch (error) {
            // Two routes that Linkerd ranks alike are refused, and told so
            expect((error as Error).message).toMatch(/Linkerd ranks the two alike/);
            return;
          }
          tried += 1;
          const after = Cluster.load([...objects, ...CLIENTS] as never, { ages: 'index' } as never);
          const before = Cluster.load([...objectsOf(shop([], {}, probes)), ...CLIENTS] as never);
          for (const from of [
            ...GUESTS.map(([name]) => name),
            'shop/pod/peer',
            'other/pod/stranger',
            '198.51.100.1',
          ]) {
            for (const path of ASKED) {
              for (const method of METHODS) {
                const request = { path, method };
                const invited = exceptions.some(
                  (exception) => GUESTS[exception.guest]?.[0] === from && admits(exception, path, method),
                );
                const was = before.decide('shop/deployment/web:8080', from, request).verdict;
                const is = after.decide('shop/deployment/web:8080', from, request).verdict;
                expect({ from, request, verdict: is }).toEqual({
                  from,
                  request,
                  verdict: invited ? 'allow' : was,
                });
              }
            }
          }
        },
      ),
      { numRuns: commandLawRuns(40) },
    );
    expect(tried).toBeGreaterThan(10);
  });
});
