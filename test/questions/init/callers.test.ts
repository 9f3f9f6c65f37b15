import { Cluster } from '../../../lib/cluster/cluster';
import { startParsing, finishParsing, parseInto } from '../../../lib/manifests/parse';
import { configuredCalls } from '../../../lib/traffic/configured-calls';
import { hostsIn } from '../../../lib/traffic/service-hosts';

describe('hosts in a text', () => {
  it.each([
    ['orders', 'orders'],
    ['http://orders/api', 'orders :80?'],
    ['https://orders.shop/api', 'orders.shop :443?'],
    ['orders.shop:8080', 'orders.shop :8080'],
    ['orders.shop.svc', 'orders.shop!'],
    ['orders.shop.svc.cluster.local:8080', 'orders.shop! :8080'],
    ['orders.shop.svc.east.example.', 'orders.shop!'],
    ['web-0.orders.shop.svc:1', 'orders.shop! :1'],
    ['ORDERS.Shop', 'orders.shop'],
    ['postgres://user:secret@db.data:5432/orders', 'db.data :5432'],
    ['jdbc:postgresql://db.data:5432/orders', 'db.data :5432'],
    ['a.ns:1,b.ns:2', 'a.ns :1, b.ns :2'],
    ['--upstream=http://api.ns', 'upstream? api.ns :80?'],
    ['{ "url": "grpc://ledger.pay:5000" }', 'url ledger.pay :5000'],
    ['10.0.0.1:80', '0.1 :80'],
    ['orders.shop:99999', 'orders.shop'],
    ['::1 -a.b c-.d _x.y', ''],
  ])('%s', (text, expected) => {
    const found = hostsIn(text).map(({ service, namespace, isExplicit, port, isPortWritten }) =>
      [
        namespace === undefined ? service : `${service}.${namespace}`,
        isExplicit ? '!' : '',
        port === undefined ? '' : ` :${port}${isPortWritten ? '' : '?'}`,
      ].join(''),
    );
    expect(found.join(', ')).toBe(expected.replace('upstream? ', '').replace('url ', 'url, '));
  });

  it('of a long text take no time to speak of', () => {
    expect(hostsIn(`${'a-'.repeat(200_000)}.${'b.'.repeat(200_000)}`)).toEqual([]);
  });
});

/** A caller in namespace `front` with a field of its container, and Services in namespace `shop`. */
function calls(container: string, more = ''): string[] {
  const reading = startParsing();
  const manifests = `
{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: front },
  spec: { ${more.startsWith('volumes') ? `${more},` : ''} containers: [{ name: c, ${container} }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: api, namespace: shop },
  spec: { selector: { app: api }, ports: [{ name: a, port: 80, targetPort: 8080 }, { name: b, port: 81, targetPort: 8081 }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: db, namespace: shop },
  spec: { clusterIP: None, selector: { app: api }, ports: [{ port: 80, targetPort: 8080 }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: alias, namespace: front },
  spec: { type: ExternalName, externalName: api.shop.svc.cluster.local } }
---
{ apiVersion: v1, kind: Pod, metadata: { name: api, namespace: shop, labels: { app: api } },
  spec: { containers: [{ name: c }] } }
---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings, namespace: front },
  data: { url: 'http://api.shop:81', other: 'http://api.shop' } }
`;
  parseInto(reading, manifests, 'test.yaml');
  const cluster = Cluster.fromObjects(finishParsing(reading).objects);
  const found = configuredCalls(cluster, cluster.workloads);
  return [
    ...found.calls.map(
      ({ backends, because }) => `${because}: ${backends.map(({ number }) => number).join(' ')}`,
    ),
    ...found.loose.filter(({ text }) => !text.includes('no workload')).map(({ text }) => text),
  ];
}

describe('who calls whom', () => {
  it.each([
    ['env', "env: [{ name: URL, value: 'http://api.shop' }]", 'env URL of pod/web: 8080'],
    [
      'env made of others',
      "env: [{ name: HOST, value: api.shop }, { name: URL, value: 'http://$(HOST):81' }]",
      'env HOST of pod/web: 8080 8081, env URL of pod/web: 8081',
    ],
    ['command', 'command: [run, api.shop:81]', 'command of pod/web: 8081'],
    ['args', "args: ['--api=api.shop.svc:81']", 'args of pod/web: 8081'],
    ['a port that the Service does not have', 'args: [api.shop:9]', 'args of pod/web: 8080 8081'],
    ['the pods of a headless Service on their own port', 'args: [db.shop:8080]', 'args of pod/web: 8080'],
    ['a Service that stands for another', 'args: [alias]', 'args of pod/web: 8080 8081'],
    [
      'all of a ConfigMap',
      'envFrom: [{ configMapRef: { name: settings } }]',
      'key url of ConfigMap settings of pod/web: 8081, key other of ConfigMap settings of pod/web: 8080',
    ],
    [
      'a key of a ConfigMap',
      'env: [{ name: X, valueFrom: { configMapKeyRef: { name: settings, key: url } } }]',
      'key url of ConfigMap settings of pod/web: 8081',
    ],
    [
      'a Service that is not there',
      'args: [gone.shop.svc]',
      'args of pod/web in namespace front names a Service that is not in the manifests',
    ],
    ['what only looks like one', 'args: [redis.conf, www.example.com]', ''],
  ])('%s', (_, container, expected) => {
    expect(calls(container).join(', ')).toBe(expected);
  });

  it('volumes, whole or by key', () => {
    const volumes = 'volumes: [{ name: v, configMap: { name: settings, items: [{ key: other, path: x }] } }]';
    expect(calls('image: x', volumes)).toEqual(['key other of ConfigMap settings of pod/web: 8080']);
  });
});
