import { ApiObject, App, Chart, Include } from 'cdk8s';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, NamespaceJail, PortServer, ProxyProtocol } from '../../lib';
import { messageOf, namesOf, newChart, objectsOf, yamlOf } from './helpers';

const POLICY = 'config.linkerd.io/default-inbound-policy';
const HTTP = { port: 'http', protocol: ProxyProtocol.HTTP_1 };

function namespaces(chart: Chart): unknown[] {
  return objectsOf(chart)
    .filter(({ kind }) => kind === 'Namespace')
    .map(({ metadata }) => metadata);
}

describe('a jail', () => {
  const chart = newChart();
  const jail = new NamespaceJail(chart, 'jail', { namespace: 'shop', ports: [HTTP, { port: 9090 }] });

  it('is a Namespace, a Server for each port with its authorization, and who they refer to', () => {
    expect(namesOf(chart)).toMatchInlineSnapshot(`
[
  "Namespace/shop",
  "Server/admin",
  "AuthorizationPolicy/admin-everyone",
  "Server/http",
  "AuthorizationPolicy/http-ns-only",
  "Server/port-9090",
  "AuthorizationPolicy/port-9090-ns-only",
  "MeshTLSAuthentication/ns-only",
  "NetworkAuthentication/everyone",
]
`);
  });

  it('denies by default what is not declared', () => {
    expect(yamlOf(chart, 'Namespace/shop')).toMatchInlineSnapshot(`
"apiVersion: v1
kind: Namespace
metadata:
  annotations:
    config.linkerd.io/default-inbound-policy: deny
  name: shop
"
`);
  });

  it('closes a port of every pod, whatever comes', () => {
    expect(yamlOf(chart, 'Server/http')).toMatchInlineSnapshot(`
"apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata:
  name: http
  namespace: shop
spec:
  accessPolicy: deny
  podSelector:
    matchLabels: {}
  port: http
  proxyProtocol: HTTP/1
"
`);
  });

  it('keeps a numeric port a number, and lets the proxy detect what nobody declared', () => {
    expect(yamlOf(chart, 'Server/port-9090')).toMatch(/port: 9090\n {2}proxyProtocol: unknown/);
  });

  it('opens each port by a policy on its own Server, never on the Namespace', () => {
    expect(yamlOf(chart, 'AuthorizationPolicy/http-ns-only')).toMatchInlineSnapshot(`
"apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata:
  name: http-ns-only
  namespace: shop
spec:
  requiredAuthenticationRefs:
    - group: policy.linkerd.io
      kind: MeshTLSAuthentication
      name: ns-only
  targetRef:
    group: policy.linkerd.io
    kind: Server
    name: http
"
`);
  });

  it('means by "the namespace" its own ServiceAccounts', () => {
    expect(objectsOf(chart).find(({ kind }) => kind === 'MeshTLSAuthentication')?.spec).toEqual({
      identityRefs: [{ kind: 'Namespace', name: 'shop' }],
    });
  });

  it('means by "everyone" both address families', () => {
    expect(objectsOf(chart).find(({ kind }) => kind === 'NetworkAuthentication')?.spec).toEqual({
      networks: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }],
    });
  });

  it('tells what it resolved to', () => {
    expect([jail.namespace, jail.mode, jail.policyApi, jail.serverNames]).toEqual([
      'shop',
      'deny',
      'AuthorizationPolicy',
      ['admin', 'http', 'port-9090'],
    ]);
  });
});

describe("a jail's mode", () => {
  it('audits instead of denying, on the Namespace and on every Server', () => {
    const chart = newChart();
    new NamespaceJail(chart, 'jail', { namespace: 'shop', mode: 'audit', ports: [HTTP] });
    expect(namespaces(chart)).toEqual([{ name: 'shop', annotations: { [POLICY]: 'audit' } }]);
    expect(yamlOf(chart, 'Server/http')).toContain('accessPolicy: audit');
    expect(yamlOf(chart, 'Server/admin')).toContain('accessPolicy: audit');
  });

  it('may differ for one port, so that a jail can be closed port by port', () => {
    const chart = newChart();
    new NamespaceJail(chart, 'jail', { namespace: 'shop', ports: [HTTP, { port: 'db', mode: 'audit' }] });
    expect(yamlOf(chart, 'Server/db')).toContain('accessPolicy: audit');
    expect(yamlOf(chart, 'Server/http')).toContain('accessPolicy: deny');
  });

  it('cannot be audit where Server has no accessPolicy', () => {
    const props = {
      namespace: 'shop',
      mode: 'audit',
      policyApi: 'ServerAuthorization',
      ports: [HTTP],
    } as const;
    expect(messageOf(() => new NamespaceJail(newChart(), 'jail', { ...props, ports: [HTTP] }))).toBe(
      `invalid NamespaceJail at 'test/jail':
  mode: got "audit"; policyApi "ServerAuthorization" writes Server v1beta1, which has no accessPolicy; audit needs v1beta3; use policyApi 'AuthorizationPolicy', or mode 'deny'`,
    );
  });
});

describe('the Namespace object', () => {
  it('can ask for the proxy as well', () => {
    const chart = newChart();
    new NamespaceJail(chart, 'jail', { namespace: 'shop', inject: true, ports: [HTTP] });
    expect(namespaces(chart)).toEqual([
      { name: 'shop', annotations: { [POLICY]: 'deny', 'linkerd.io/inject': 'enabled' } },
    ]);
  });

  it("does not get its chart's namespace", () => {
    const chart = new Chart(new App(), 'test', { namespace: 'elsewhere' });
    new NamespaceJail(chart, 'jail', { namespace: 'shop', ports: [HTTP] });
    expect(namespaces(chart)).toEqual([{ name: 'shop', annotations: { [POLICY]: 'deny' } }]);
    const others = objectsOf(chart).filter(({ kind }) => kind !== 'Namespace');
    expect(new Set(others.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['shop']));
  });

  it('is left to others on demand', () => {
    const chart = newChart();
    new NamespaceJail(chart, 'jail', { namespace: 'shop', createNamespace: false, ports: [HTTP] });
    expect(namespaces(chart)).toEqual([]);
  });

  it.each(['before', 'after'])(
    'is annotated, not emitted twice, where one stands in the app %s the jail',
    (when) => {
      const app = new App();
      const [chart, other] = [newChart('test', app), newChart('other', app)];
      const declare = (): unknown =>
        new ApiObject(other, 'ns', {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: 'shop', labels: { team: 'a' } },
        });
      if (when === 'before') declare();
      new NamespaceJail(chart, 'jail', { namespace: 'shop', ports: [HTTP] });
      if (when === 'after') declare();
      for (let synths = 0; synths < 2; synths++) {
        expect(namespaces(chart)).toEqual([]);
        expect(namespaces(other)).toEqual([
          { name: 'shop', labels: { team: 'a' }, annotations: { [POLICY]: 'deny' } },
        ]);
      }
    },
  );

  it('is annotated in a manifest that is included', () => {
    const folder = mkdtempSync(join(tmpdir(), 'jail-'));
    try {
      const url = join(folder, 'ns.yaml');
      writeFileSync(url, 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n');
      const chart = new Chart(new App(), 'test', { namespace: 'shop' });
      new Include(chart, 'app', { url });
      new NamespaceJail(chart, 'jail', { namespace: 'shop', createNamespace: false, ports: [HTTP] });
      expect(namespaces(chart)).toEqual([{ name: 'shop', annotations: { [POLICY]: 'deny' } }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('must not say the opposite of the jail', () => {
    const chart = newChart();
    const metadata = { name: 'shop', annotations: { [POLICY]: 'all-unauthenticated' } };
    new ApiObject(chart, 'ns', { apiVersion: 'v1', kind: 'Namespace', metadata });
    new NamespaceJail(chart, 'jail', { namespace: 'shop', ports: [HTTP] });
    expect(messageOf(() => chart.toJson())).toMatchInlineSnapshot(`
"Validation failed with the following errors:
  [test/jail] annotation config.linkerd.io/default-inbound-policy of Namespace 'test/ns': got "all-unauthenticated"; the jail needs "deny"; remove the annotation from the object"
`);
  });
});

describe('exceptions', () => {
  it('replace the default when they are listed, and add to it otherwise', () => {
    const listed = newChart();
    const exception = { port: 'http', clients: [Client.namespace('ingress')] };
    new NamespaceJail(listed, 'jail', { namespace: 'shop', ports: [HTTP], exceptions: [exception] });
    const added = newChart();
    new NamespaceJail(added, 'jail', { namespace: 'shop', ports: [HTTP] }).addException(exception);
    expect(namesOf(listed)).not.toContain('Server/admin');
    expect(namesOf(added)).toEqual(
      expect.arrayContaining(['Server/admin', 'AuthorizationPolicy/http-namespace-ingress']),
    );
  });

  it('share the Server of the port that they are about', () => {
    const chart = newChart();
    const jail = new NamespaceJail(chart, 'jail', { namespace: 'shop', exceptions: [], ports: [HTTP] });
    jail.addException({ port: 'http', clients: [Client.namespace('a')] });
    jail.addException({ port: 'http', clients: [Client.anyMeshed()] });
    expect(namesOf(chart).filter((name) => name.startsWith('Server/'))).toEqual(['Server/http']);
    expect(
      namesOf(chart)
        .filter((name) => name.startsWith('AuthorizationPolicy/'))
        .sort(),
    ).toEqual([
      'AuthorizationPolicy/http-any-meshed',
      'AuthorizationPolicy/http-namespace-a',
      'AuthorizationPolicy/http-ns-only',
    ]);
  });

  it('on a port that is declared nowhere admit nobody else, not even the namespace', () => {
    const chart = newChart();
    const jail = new NamespaceJail(chart, 'jail', { namespace: 'shop', exceptions: [], ports: [HTTP] });
    jail.addException({ port: 'metrics', clients: [Client.serviceAccount('monitoring', 'prometheus')] });
    expect(namesOf(chart)).toContain('AuthorizationPolicy/metrics-prometheus.monitoring');
    expect(namesOf(chart)).not.toContain('AuthorizationPolicy/metrics-ns-only');
  });

  it('can be named; several clients are told apart', () => {
    const chart = newChart();
    const jail = new NamespaceJail(chart, 'jail', { namespace: 'shop', exceptions: [], ports: [HTTP] });
    jail.addException({ port: 'http', name: 'ingress', clients: [Client.serviceAccount('nginx', 'nginx')] });
    jail.addException({
      port: 'http',
      name: 'office',
      clients: [Client.network('10.1.0.0/16'), Client.network('fd00::/8')],
    });
    expect(
      namesOf(chart)
        .filter((name) => name.startsWith('AuthorizationPolicy/'))
        .sort(),
    ).toEqual([
      'AuthorizationPolicy/http-ns-only',
      'AuthorizationPolicy/ingress',
      'AuthorizationPolicy/office-net-10.1.0.0-16',
      'AuthorizationPolicy/office-net-fd00---8',
    ]);
  });
});

describe('a narrowed port', () => {
  it('is one workload of the namespace, chosen by its labels', () => {
    const chart = newChart();
    new NamespaceJail(chart, 'jail', {
      namespace: 'shop',
      exceptions: [],
      ports: [
        { ...HTTP, podSelector: { matchLabels: { app: 'cart' } } },
        { ...HTTP, podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['cart'] }] } },
      ],
    });
    expect(namesOf(chart)).toEqual(expect.arrayContaining(['Server/http-cart', 'Server/http-not-cart']));
  });

  it.each(['AuthorizationPolicy', 'ServerAuthorization'] as const)(
    'admits its clients and not the namespace, in policyApi %s',
    (policyApi) => {
      const chart = newChart();
      const clients = [Client.serviceAccount('shop', 'cart'), Client.serviceAccount('orders', 'checkout')];
      new NamespaceJail(chart, 'jail', {
        namespace: 'shop',
        policyApi,
        exceptions: [],
        ports: [{ ...HTTP, clients }],
      });
      expect(namesOf(chart).sort()).toEqual(
        [
          'Namespace/shop',
          'Server/http',
          `${policyApi}/http-cart.shop`,
          `${policyApi}/http-checkout.orders`,
        ].sort(),
      );
      expect(objectsOf(chart).find(({ kind }) => kind === 'Server')?.metadata.labels).toBeUndefined();
    },
  );

  it('is open to the namespace again when that is listed among the clients', () => {
    const chart = newChart();
    const clients = [Client.namespace('shop'), Client.namespace('orders')];
    new NamespaceJail(chart, 'jail', { namespace: 'shop', exceptions: [], ports: [{ ...HTTP, clients }] });
    expect(namesOf(chart)).toEqual(
      expect.arrayContaining([
        'AuthorizationPolicy/http-ns-only',
        'AuthorizationPolicy/http-namespace-orders',
      ]),
    );
  });
});

describe('patches', () => {
  it('of a Server survive later declarations, and may use fields that this library does not know', () => {
    const chart = newChart();
    const jail = new NamespaceJail(chart, 'jail', { namespace: 'shop', ports: [HTTP] });
    const port = new PortServer(chart, 'http', { namespace: 'shop', port: 'http' });
    port.server.metadata.addLabel('team', 'a');
    jail.addPort({ port: 'grpc', protocol: ProxyProtocol.GRPC });
    jail.addException({ port: 'http', clients: [Client.anyMeshed()] });
    expect(yamlOf(chart, 'Server/http')).toContain('team: a');
  });
});
