import { UnknownReferenceError, parseClient } from '../../lib/verdict/references';
import { parseTarget } from '../../lib/verdict/target-reference';
import { clusterOf, manifest, pod } from '../helpers/manifests';

const cluster = clusterOf(`
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
`);

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
    ['spiffe://corp', { tls: 'mesh', identity: 'spiffe://corp' }],
    ['spiffe://corp.example/a', { tls: 'mesh', identity: 'spiffe://corp.example/a' }],
  ])('%s is understood', (text, client) => {
    expect(parseClient(cluster, text)).toEqual(client);
  });

  it.each([
    [
      'web',
      '"web" is not a client; write namespace/kind/name (such as shop/deployment/web), namespace/serviceaccount/name, ' +
        'a mesh identity, an IP address, or "unmeshed"',
    ],
    ['*.shop.example', '"*.shop.example" is not a client'],
    ['Web.Shop', '"Web.Shop" is not a client'],
    ['shop/web', '"shop/web" is not a client'],
    [
      'shop/deployment/api',
      'the manifests have no shop/deployment/api; namespace shop has shop/deployment/web, shop/replicaset/web-1',
    ],
    [
      'bank/deployment/api',
      'the manifests have no bank/deployment/api; they have no workloads in namespace bank',
    ],
    ['shop/ingress/web', '"ingress" in "shop/ingress/web" is not a workload kind; use one of pod,'],
    ['Shop/sa/web', '"Shop/sa/web" is not a ServiceAccount'],
    ['shop/sa/', '"shop/sa/" is not a ServiceAccount'],
    // What other programs read as an address, Linkerd does not.
    ...[
      '10.1.2',
      '010.1.2.3',
      '10.1.2.3.',
      '0x7f.1',
      '256.1.1.1',
      '1',
      '::ffff:1:2:3:4:5:6:7:8',
      'a:b:c',
    ].map((text): [string, string] => [
      text,
      `${JSON.stringify(text)} is no IP address as Linkerd reads them; write four decimal numbers without leading zeros ` +
        '(such as 10.1.2.3), or an IPv6 address',
    ]),
    ['webspiffe:a', '"webspiffe:a" is not a client'],
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

  it.each(['shop/web:80', 'shop/web:http', 'shop/svc/web:80', 'shop/services/web:80'])(
    '%s means the workload behind the Service, not what it made',
    (text) => {
      expect(parseTarget(cluster, text)).toEqual([
        { ...(web('deployment', 'web', 8080) as object), dialledPort: 80 },
      ]);
    },
  );

  it.each(['0', '""'])('a target port of %s counts as none', (none) => {
    const text = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: a, image: x }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { clusterIP: None, selector: { app: web }, ports: [{ port: 80, targetPort: ${none} }, { name: b, port: 81, targetPort: 8080 }] }
`;
    const small = clusterOf(text);
    expect(parseTarget(small, 'shop/web:80')).toMatchObject([{ port: 80, dialledPort: 80 }]);
    // Nothing translates the ports of a headless Service; DNS names its ports' targets.
    expect(parseTarget(small, 'shop/web:81')).toMatchObject([{ port: 81, dialledPort: 81 }]);
    expect(parseTarget(small, 'shop/web:b')).toMatchObject([{ port: 8080, dialledPort: 8080 }]);
  });

  it('a Service port without target port is the same port of the workload', () => {
    expect(parseTarget(cluster, 'shop/web:9990')).toEqual([
      { ...(web('deployment', 'web', 9990) as object), dialledPort: 9990 },
    ]);
  });

  it.each([
    [
      'shop/deployment/web',
      'which port of shop/deployment/web? add one of 8080 (http), 9990 (admin), 9996 (admin), 4143 (linkerd-proxy), 4191 (linkerd-admin), as in :8080',
    ],
    ['shop/web', 'which port of Service shop/web? add one of '],
    [':shop/web', '":shop/web" is not a target'],
    ['web:80', 'is not a target'],
    ['shop//web:80', 'is not a target'],
    ['a/b/c/d:80', 'is not a target'],
    ['shop/deployment/web:', 'which port of shop/deployment/web?'],
    ['shop/deployment/web:0', 'port 0 is out of range; a port is a number from 1 to 65535, or a name'],
    ['shop/deployment/web:65536', 'port 65536 is out of range'],
    [
      'shop/deployment/web:grpc',
      'shop/deployment/web has no port named "grpc"; its named ports are http, admin, linkerd-proxy, linkerd-admin',
    ],
    ['shop/deployment/api:80', 'the manifests have no shop/deployment/api'],
    ['shop/thing/web:80', '"thing" in "shop/thing/web:80" is not a workload kind'],
    ['shop/api:80', 'namespace shop has no Service "api"; its Services are web, none'],
    ['bank/api:80', 'namespace bank has no Service "api"; the manifests have no Services there'],
    ['shop/web:53', 'Service shop/web has no TCP port "53"; it has http, 9990'],
    ['shop/none:80', 'Service shop/none selects no workload in the manifests with port 80'],
  ])('%s is not: %s', (text, message) => {
    expect(() => parseTarget(cluster, text)).toThrow(message);
  });
});

/** What a person is told who types this. */
function refusal(manifests: string, text: string): unknown {
  try {
    return parseTarget(clusterOf(manifests), text);
  } catch (error) {
    return error instanceof UnknownReferenceError ? `${error.name}: ${error.message}` : error;
  }
}

describe('a workload that is not there', () => {
  const pods = (...numbers: number[]): string =>
    numbers.map((n) => pod(`p${n}`, '{ name: a, image: x }')).join('');
  const eight = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `shop/pod/p${n}`).join(', ');

  it('is answered with the workloads of its namespace, of many the first eight', () => {
    expect(refusal(pods(1, 2), 'shop/pod/gone:80')).toBe(
      'UnknownReferenceError: the manifests have no shop/pod/gone; namespace shop has shop/pod/p1, shop/pod/p2',
    );
    expect(refusal(pods(1, 2, 3, 4, 5, 6, 7, 8), 'shop/pod/gone:80')).toBe(
      `UnknownReferenceError: the manifests have no shop/pod/gone; namespace shop has ${eight}`,
    );
    expect(refusal(pods(1, 2, 3, 4, 5, 6, 7, 8, 9), 'shop/pod/gone:80')).toBe(
      `UnknownReferenceError: the manifests have no shop/pod/gone; namespace shop has ${eight}, …`,
    );
  });
});

describe('a port of a workload', () => {
  const named =
    '{ name: a, image: x, ports: [{ name: http2, containerPort: 8080 }, { name: 9090-tcp, containerPort: 9090 }] }';

  it.each([
    ['http2', 8080],
    ['9090-tcp', 9090],
  ])('may have digits in its name: %s is the port %i', (name, port) => {
    expect(parseTarget(clusterOf(pod('web', named)), `shop/pod/web:${name}`)).toEqual([
      { namespace: 'shop', kind: 'pod', name: 'web', port },
    ]);
  });

  it('has no name in a pod that names none and gets no proxy', () => {
    const bare = manifest('v1', 'Pod', 'web', '{ containers: [{ name: a, image: x }] }');
    expect(refusal(bare, 'shop/pod/web:http')).toBe(
      'UnknownReferenceError: shop/pod/web has no port named "http"; none of its ports has a name',
    );
  });
});

describe('behind a Service', () => {
  const HTTP = '{ name: a, image: x, ports: [{ name: http, containerPort: 8080 }] }';
  const service = (spec: string): string => manifest('v1', 'Service', 'web', spec);
  const TO_WEB = service('{ selector: { app: web }, ports: [{ port: 80, targetPort: http }] }');
  const target = (kind: string, name: string, port = 8080): unknown => ({
    namespace: 'shop',
    kind,
    name,
    port,
    dialledPort: 80,
  });
  const replicaSet = (name: string): string =>
    manifest(
      'apps/v1',
      'ReplicaSet',
      name,
      `{ selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [${HTTP}] } } }`,
      'ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: "1", controller: true }]',
    );

  it('are the pods of its namespace that have the labels of its selector', () => {
    const elsewhere = pod('web', HTTP).replace('namespace: shop', 'namespace: bank');
    const manifests = TO_WEB + pod('web', HTTP) + pod('cart', HTTP) + elsewhere;
    expect(parseTarget(clusterOf(manifests), 'shop/web:80')).toEqual([target('pod', 'web')]);
  });

  it('are the ReplicaSets of a Deployment, if the Deployment itself is not in the manifests', () => {
    const manifests = TO_WEB + replicaSet('web-1') + replicaSet('web-2');
    expect(parseTarget(clusterOf(manifests), 'shop/web:80')).toEqual([
      target('replicaset', 'web-1'),
      target('replicaset', 'web-2'),
    ]);
  });

  it('are workloads only if they have the target port, when it is a name', () => {
    const other = pod('other', '{ name: a, image: x, ports: [{ name: grpc, containerPort: 8080 }] }');
    const labelled = other.replace('app: other', 'app: web');
    expect(parseTarget(clusterOf(TO_WEB + pod('web', HTTP) + labelled), 'shop/web:80')).toEqual([
      target('pod', 'web'),
    ]);
    expect(refusal(TO_WEB + labelled, 'shop/web:80')).toBe(
      'UnknownReferenceError: Service shop/web selects no workload in the manifests with port http',
    );
  });

  it.each(['{ selector: {}, ports: [{ port: 80 }] }', '{ ports: [{ port: 80 }] }'])(
    'is nobody, if it selects by nothing: %s',
    (spec) => {
      expect(refusal(service(spec) + pod('web', HTTP), 'shop/web:80')).toBe(
        'UnknownReferenceError: Service shop/web selects no workload in the manifests with port 80',
      );
    },
  );

  it('without an address of its own, a number is one of the pods themselves, a name one of its own ports', () => {
    const headless = service(
      '{ clusterIP: None, selector: { app: web }, ports: [{ name: api, port: 80, targetPort: http }] }',
    );
    const at = (text: string): unknown => parseTarget(clusterOf(headless + pod('web', HTTP)), text);
    expect(at('shop/web:9999')).toEqual([{ ...(target('pod', 'web', 9999) as object), dialledPort: 9999 }]);
    expect(at('shop/web:80')).toEqual([{ ...(target('pod', 'web', 80) as object), dialledPort: 80 }]);
    expect(at('shop/web:api')).toEqual([{ ...(target('pod', 'web', 8080) as object), dialledPort: 8080 }]);
    expect(refusal(headless + pod('web', HTTP), 'shop/web:1a')).toBe(
      'UnknownReferenceError: Service shop/web has no TCP port "1a"; it has api',
    );
    expect(refusal(headless + pod('web', HTTP), 'shop/web:a1')).toBe(
      'UnknownReferenceError: Service shop/web has no TCP port "a1"; it has api',
    );
    expect(refusal(headless + pod('cart', HTTP), 'shop/web:9999')).toBe(
      'UnknownReferenceError: Service shop/web selects no workload in the manifests',
    );
    expect(refusal(headless + pod('web', HTTP), 'shop/web:70000')).toBe(
      'UnknownReferenceError: port 70000 is out of range; a port is a number from 1 to 65535, or a name',
    );
  });

  it('with UDP ports only is nothing that Linkerd would see', () => {
    const udp = service('{ selector: { app: web }, ports: [{ port: 53, protocol: UDP }] }');
    expect(refusal(udp + pod('web', HTTP), 'shop/web:53')).toBe(
      'UnknownReferenceError: Service shop/web has no TCP port "53"; it has none',
    );
  });
});

describe('a workload of another API', () => {
  const rollout = (group: string): string =>
    manifest(
      `${group}/v1alpha1`,
      'Rollout',
      'web',
      '{ template: { spec: { containers: [{ name: a, image: x }] } } }',
    );

  it('is named by its kind with or without its group', () => {
    const known = clusterOf(rollout('argoproj.io') + pod('web', '{ name: a, image: x }'));
    const workload = { namespace: 'shop', kind: 'rollout.argoproj.io', name: 'web' };
    expect(parseClient(known, 'shop/rollout.argoproj.io/web')).toEqual({ workload });
    expect(parseClient(known, 'shop/rollout/web')).toEqual({ workload });
    expect(parseTarget(known, 'shop/rollout/web:80')).toEqual([{ ...workload, port: 80 }]);
  });

  it('is no kind, where nothing of it is in the input', () => {
    const known = clusterOf(rollout('argoproj.io'));
    expect(() => parseClient(known, 'shop/roll/web')).toThrow(
      '"roll" in "shop/roll/web" is not a workload kind',
    );
    expect(() => parseClient(known, 'shop/argoproj.io/web')).toThrow('is not a workload kind');
    expect(() => parseClient(clusterOf(''), 'shop/rollout/web')).toThrow('is not a workload kind');
  });
});
