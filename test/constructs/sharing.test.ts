import { ApiObject, App } from 'cdk8s';
import { Client, ExceptionRule, NamespaceJail, PortServer, ProxyProtocol } from '../../lib';
import { messageOf, namesOf, newChart, objectsOf, sorted, yamlOf } from './helpers';

const PROMETHEUS = Client.serviceAccount('monitoring', 'prometheus');

describe('a port that stands alone', () => {
  const chart = newChart();
  const port = new PortServer(chart, 'http', {
    namespace: 'shop',
    port: 'http',
    protocol: ProxyProtocol.HTTP_1,
  });

  it('is a Server with its authorization, and touches neither the Namespace nor the admin port', () => {
    expect(namesOf(chart)).toEqual([
      'Server/http',
      'AuthorizationPolicy/http-ns-only',
      'MeshTLSAuthentication/ns-only',
    ]);
  });

  it('gives its Server to patch, and as its main object', () => {
    expect(port.server.name).toBe('http');
    expect(ApiObject.of(port)).toBe(port.server);
    expect([port.namespace, port.port, port.serverName]).toEqual(['shop', 'http', 'http']);
  });
});

describe('an exception that stands alone', () => {
  it('opens a port to its clients and to nobody else', () => {
    const chart = newChart();
    const rule = new ExceptionRule(chart, 'scrapes', {
      namespace: 'shop',
      port: 'metrics',
      clients: [PROMETHEUS],
    });
    expect(namesOf(chart)).toEqual(['Server/metrics', 'AuthorizationPolicy/metrics-prometheus.monitoring']);
    expect([rule.namespace, rule.port, rule.serverName, rule.server.name]).toEqual([
      'shop',
      'metrics',
      'metrics',
      'metrics',
    ]);
  });

  it('joins the Server of a port declared elsewhere, with the name that it has there', () => {
    const chart = newChart();
    const rule = new ExceptionRule(chart, 'scrapes', {
      namespace: 'shop',
      port: 9090,
      clients: [PROMETHEUS],
    });
    expect(rule.serverName).toBe('port-9090');
    new PortServer(chart, 'metrics', {
      namespace: 'shop',
      port: 9090,
      name: 'metrics',
      protocol: ProxyProtocol.HTTP_1,
    });
    expect(rule.serverName).toBe('metrics');
    expect(rule.server.name).toBe('metrics');
    expect(namesOf(chart).sort()).toEqual([
      'AuthorizationPolicy/metrics-ns-only',
      'AuthorizationPolicy/metrics-prometheus.monitoring',
      'MeshTLSAuthentication/ns-only',
      'Server/metrics',
    ]);
    expect(yamlOf(chart, 'Server/metrics')).toContain('proxyProtocol: HTTP/1');
  });
});

describe('declarations of one namespace in several charts', () => {
  const declarations = {
    jail: (app: App): unknown =>
      new NamespaceJail(newChart('platform', app), 'jail', {
        namespace: 'shop',
        policyApi: 'ServerAuthorization',
        ports: [{ port: 'http', protocol: ProxyProtocol.HTTP_1 }],
      }),
    port: (app: App): unknown =>
      new PortServer(newChart('team', app), 'http', { namespace: 'shop', port: 'http' }),
    exception: (app: App): unknown =>
      new ExceptionRule(newChart('metrics', app), 'scrapes', {
        namespace: 'shop',
        port: 'http',
        clients: [PROMETHEUS],
      }),
  };
  const orders = [
    ['jail', 'port', 'exception'],
    ['jail', 'exception', 'port'],
    ['port', 'jail', 'exception'],
    ['port', 'exception', 'jail'],
    ['exception', 'jail', 'port'],
    ['exception', 'port', 'jail'],
  ] as const;

  it.each(orders)('give the same objects in the same files when they come as %s, %s, %s', (...order) => {
    const app = new App();
    order.forEach((name) => declarations[name](app));
    const files = Object.fromEntries(app.charts.map((chart) => [chart.node.id, namesOf(chart).sort()]));
    expect(files).toEqual({
      platform: [
        'Namespace/shop',
        'Server/admin',
        'Server/http',
        'ServerAuthorization/admin-everyone',
        'ServerAuthorization/ns-only',
      ],
      team: [],
      metrics: ['ServerAuthorization/http-prometheus.monitoring'],
    });
  });

  it('of different namespaces have nothing to do with each other', () => {
    const chart = newChart();
    new PortServer(chart, 'a', { namespace: 'a', port: 'http', protocol: ProxyProtocol.HTTP_1 });
    new PortServer(chart, 'b', {
      namespace: 'b',
      port: 'http',
      protocol: ProxyProtocol.GRPC,
      policyApi: 'ServerAuthorization',
    });
    expect(objectsOf(chart).map(({ apiVersion, metadata }) => `${metadata.namespace} ${apiVersion}`)).toEqual(
      [
        'a policy.linkerd.io/v1beta3',
        'a policy.linkerd.io/v1alpha1',
        'a policy.linkerd.io/v1alpha1',
        'b policy.linkerd.io/v1beta1',
        'b policy.linkerd.io/v1beta1',
      ],
    );
  });

  it('of another app have nothing to do with each other either', () => {
    const [one, two] = [newChart(), newChart()];
    for (const chart of [one, two]) new PortServer(chart, 'http', { namespace: 'shop', port: 'http' });
    expect(sorted(objectsOf(one))).toEqual(sorted(objectsOf(two)));
  });
});

describe('declarations that disagree', () => {
  it.each([
    [
      'another protocol',
      { port: 'http', protocol: ProxyProtocol.GRPC },
      'protocol: got "gRPC"; port "http" has protocol "HTTP/1" at ports[0] of \'test/jail\'',
    ],
    ['another name', { port: 'http', name: 'web' }, 'name: got "web"; port "http" has name "front"'],
    [
      'another mode',
      { port: 'http', mode: 'audit' as const },
      'mode: got "audit"; port "http" has mode "deny"',
    ],
    [
      'pods that may be the same',
      { port: 'http', podSelector: { matchLabels: { app: 'web' } } },
      'podSelector: got {"matchLabels":{"app":"web"}}; port "http" is also declared for every pod at ports[0] of \'test/jail\'',
    ],
    [
      'a guest list where the whole namespace may come',
      { port: 'http', clients: [PROMETHEUS] },
      'clients: got ["serviceaccount monitoring/prometheus"]; port "http" is restricted to clients in one place and open to the whole namespace in another',
    ],
    [
      'the name of another Server',
      { port: 'web', name: 'front' },
      'name: got "front"; another Server in the namespace has this name',
    ],
    [
      'another policy API',
      { port: 'web', policyApi: 'ServerAuthorization' as const },
      'policyApi: got "ServerAuthorization"; namespace "shop" has "AuthorizationPolicy" at \'test/jail\'',
    ],
    [
      'another trust domain',
      { port: 'web', trustDomain: 'b.example' },
      'trustDomain: got "b.example"; namespace "shop" has "cluster.local" at \'test/jail\'',
    ],
  ])('%s', (_, props, expected) => {
    const http = { port: 'http', protocol: ProxyProtocol.HTTP_1, name: 'front', mode: 'deny' as const };
    const jailFirst = newChart();
    new NamespaceJail(jailFirst, 'jail', { namespace: 'shop', ports: [http] });
    const before = sorted(objectsOf(jailFirst));
    expect(messageOf(() => new PortServer(jailFirst, 'port', { namespace: 'shop', ...props }))).toContain(
      expected,
    );
    expect(sorted(objectsOf(jailFirst))).toEqual(before);

    const portFirst = newChart();
    new PortServer(portFirst, 'port', { namespace: 'shop', ...props });
    expect(
      messageOf(() => new NamespaceJail(portFirst, 'jail', { namespace: 'shop', ports: [http] })),
    ).toContain("invalid NamespaceJail at 'test/jail'");
  });

  it('name one authorization twice', () => {
    const chart = newChart();
    const jail = new NamespaceJail(chart, 'jail', {
      namespace: 'shop',
      ports: [{ port: 'http' }, { port: 'web' }],
    });
    jail.addException({ port: 'http', name: 'guests', clients: [Client.anyMeshed()] });
    expect(
      messageOf(() => jail.addException({ port: 'web', name: 'guests', clients: [Client.everyone()] })),
    ).toContain('addException().name: got "guests"; another authorization in the namespace has this name');
  });

  it('lock one namespace twice', () => {
    const chart = newChart();
    new NamespaceJail(chart, 'one', { namespace: 'shop', ports: [{ port: 'http' }] });
    expect(
      messageOf(() => new NamespaceJail(chart, 'two', { namespace: 'shop', ports: [{ port: 'grpc' }] })),
    ).toBe(
      `invalid NamespaceJail at 'test/two':
  namespace: got "shop"; already has a jail in this app, 'test/one'; declare its ports in one jail, or add them with PortServer and ExceptionRule`,
    );
  });
});
