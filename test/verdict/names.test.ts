import { Cluster } from '../../lib/cluster/cluster';
import { parseManifests } from '../../lib/manifests/parse';
import { parseClient, parseTarget } from '../../lib/verdict/names';

const cluster = Cluster.fromObjects(
  parseManifests(
    `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  template:
    metadata: { labels: { app: web }, annotations: { linkerd.io/inject: enabled } }
    spec:
      containers:
      - { name: a, image: x, ports: [{ name: http, containerPort: 8080 }, { name: admin, containerPort: 9990 }] }
      - { name: b, image: x, ports: [{ name: admin, containerPort: 9996 }] }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web-1, namespace: shop, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: "1", controller: true }] }
spec: { template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: a, image: x, ports: [{ name: http, containerPort: 8080 }] }] } } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: http }, { port: 53, protocol: UDP }, { port: 9990 }] }
---
apiVersion: v1
kind: Service
metadata: { name: none, namespace: shop }
spec: { ports: [{ port: 80 }] }
`,
    'names.yaml',
  ).objects,
);

describe('a client, as people type it', () => {
  it.each([
    ['unmeshed', { tls: 'none' }],
    ['unauthenticated-tls', { tls: 'unauthenticated-tls' }],
    ['10.1.2.3', { tls: 'none', ip: '10.1.2.3' }],
    ['fd00::7', { tls: 'none', ip: 'fd00::7' }],
    ['shop/deployment/web', { workload: { namespace: 'shop', kind: 'deployment', name: 'web' } }],
    ['shop/deploy/web', { workload: { namespace: 'shop', kind: 'deployment', name: 'web' } }],
    ['shop/Deployments/web', { workload: { namespace: 'shop', kind: 'deployment', name: 'web' } }],
    ['shop/sa/web', { tls: 'mesh', identity: 'web.shop.serviceaccount.identity.linkerd.cluster.local' }],
    [
      'shop/serviceaccounts/web',
      { tls: 'mesh', identity: 'web.shop.serviceaccount.identity.linkerd.cluster.local' },
    ],
    ['a.b.example', { tls: 'mesh', identity: 'a.b.example' }],
    ['spiffe://corp/a/b', { tls: 'mesh', identity: 'spiffe://corp/a/b' }],
    ['spiffe://corp.example/a', { tls: 'mesh', identity: 'spiffe://corp.example/a' }],
  ])('%s is understood', (text, client) => {
    expect(parseClient(cluster, text)).toEqual(client);
  });

  it.each([
    ['web', '"web" is no client; write namespace/kind/name'],
    ['*.shop.example', '"*.shop.example" is no client'],
    ['Web.Shop', '"Web.Shop" is no client'],
    ['shop/web', '"shop/web" is no client'],
    [
      'shop/deployment/api',
      'the manifests have no shop/deployment/api; namespace shop has shop/deployment/web, shop/replicaset/web-1',
    ],
    [
      'bank/deployment/api',
      'the manifests have no bank/deployment/api; they have no workload in namespace bank',
    ],
    ['shop/ingress/web', '"ingress" in "shop/ingress/web" is no kind of workload; allowed are pod,'],
    ['Shop/sa/web', '"Shop/sa/web" is no ServiceAccount'],
    ['shop/sa/', '"shop/sa/" is no ServiceAccount'],
  ])('%s is not: %s', (text, message) => {
    expect(() => parseClient(cluster, text)).toThrow(message);
  });
});

describe('a target, as people type it', () => {
  const web = (kind: string, name: string, port: number): unknown => ({
    namespace: 'shop',
    kind,
    name,
    port,
  });

  it.each([
    ['shop/deployment/web:8080', [web('deployment', 'web', 8080)]],
    ['shop/deploy/web:http', [web('deployment', 'web', 8080)]],
    ['shop/deploy/web:admin', [web('deployment', 'web', 9990), web('deployment', 'web', 9996)]],
    ['shop/deploy/web:12345', [web('deployment', 'web', 12345)]],
  ])('%s is understood', (text, targets) => {
    expect(parseTarget(cluster, text)).toEqual(targets);
  });

  it.each(['shop/web:80', 'shop/web:http', 'shop/svc/web:80'])(
    '%s means the workload behind the Service, not what it made',
    (text) => {
      expect(parseTarget(cluster, text)).toEqual([
        { ...(web('deployment', 'web', 8080) as object), dialledPort: 80 },
      ]);
    },
  );

  it('a Service port without target port is the same port of the workload', () => {
    expect(parseTarget(cluster, 'shop/web:9990')).toEqual([
      { ...(web('deployment', 'web', 9990) as object), dialledPort: 9990 },
    ]);
  });

  it.each([
    ['shop/deployment/web', 'is no target; write namespace/kind/name:port'],
    ['web:80', 'is no target'],
    ['shop//web:80', 'is no target'],
    ['a/b/c/d:80', 'is no target'],
    ['shop/deployment/web:', 'is no target'],
    ['shop/deployment/web:0', 'port 0 is out of range; a port is a number from 1 to 65535, or a name'],
    ['shop/deployment/web:65536', 'port 65536 is out of range'],
    [
      'shop/deployment/web:grpc',
      'shop/deployment/web has no port named "grpc"; its named ports are http, admin, linkerd-proxy, linkerd-admin',
    ],
    ['shop/deployment/api:80', 'the manifests have no shop/deployment/api'],
    ['shop/thing/web:80', '"thing" in "shop/thing/web:80" is no kind of workload'],
    ['shop/api:80', 'namespace shop has no Service "api"; its Services are web, none'],
    ['bank/api:80', 'namespace bank has no Service "api"; the manifests have no Service there'],
    ['shop/web:53', 'Service shop/web has no TCP port "53"; it has http, 9990'],
    ['shop/none:80', 'Service shop/none selects no workload of the manifests that has port 80'],
  ])('%s is not: %s', (text, message) => {
    expect(() => parseTarget(cluster, text)).toThrow(message);
  });
});
