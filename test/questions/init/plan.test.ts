import { Cluster } from '../../../lib/cluster/cluster';
import type { InitOptions, NamespacePlan } from '../../../lib/questions/init/plan';
import { planInit } from '../../../lib/questions/init/plan-init';
import { objectsIn } from '../../helpers/manifests';

function plan(yaml: string, options: InitOptions = {}): NamespacePlan {
  const [first] = planInit(Cluster.fromObjects(objectsIn(yaml)), options).namespaces;
  if (first === undefined) throw new Error('no namespace gets a jail');
  return first;
}

const NAMESPACE = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { linkerd.io/inject: enabled } }
---`;

/** A Deployment in namespace shop; `more` is a field of its main container, `beside` another container. */
function deployment(name: string, ports: string, more = '', beside = ''): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      serviceAccountName: ${name}
      containers:
        - name: main
          ports: ${ports}
          ${more}
${beside === '' ? '' : `        - ${beside}`}
---`;
}

function service(name: string, ports: string, more = ''): string {
  return `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { selector: { app: ${name} }, ports: ${ports}${more} }
---`;
}

const protocols = (yaml: string): string[] =>
  plan(NAMESPACE + yaml).ports.map(({ port, protocol }) => `${port}: ${protocol}`);

describe('what a port speaks', () => {
  it.each([
    ['the name of the container port', '[{ name: grpc-api, containerPort: 80 }]', '', 'grpc-api: gRPC'],
    ['a name of two words', '[{ name: http-alt, containerPort: 80 }]', '', 'http-alt: HTTP/1'],
    ['grpc-web, which is HTTP/1', '[{ name: grpc-web, containerPort: 80 }]', '', 'grpc-web: HTTP/1'],
    ['the name of a database', '[{ name: mysql, containerPort: 4000 }]', '', 'mysql: opaque'],
    ["Linkerd's own opaque ports", '[{ name: http, containerPort: 4444 }]', '', 'http: opaque'],
    ['a well-known number', '[{ containerPort: 27017 }]', '', '27017: opaque'],
    ['nothing', '[{ name: stuff, containerPort: 1234 }]', '', 'stuff: unknown'],
    [
      'an httpGet probe alone, behind a Service',
      '[{ name: main, containerPort: 80 }]',
      'readinessProbe: { httpGet: { port: main, path: / } }',
      'main: HTTP/1',
    ],
    [
      'a gRPC probe that contradicts the name',
      '[{ name: http, containerPort: 80 }]',
      'readinessProbe: { grpc: { port: 80 } }',
      'http: unknown',
    ],
    [
      'an httpGet probe that contradicts the name',
      '[{ name: grpc, containerPort: 80 }]',
      'readinessProbe: { httpGet: { port: grpc, path: / } }',
      'grpc: unknown',
    ],
  ])('%s', (_, ports, more, expected) => {
    const number = /containerPort: (\d+)/.exec(ports)?.[1];
    expect(protocols(deployment('web', ports, more) + service('web', `[{ port: ${number} }]`))).toEqual([
      expected,
    ]);
  });

  it.each([
    ['http', 'HTTP/1'],
    ['kubernetes.io/h2c', 'HTTP/2'],
    ['grpc', 'gRPC'],
    ['https', 'TLS'],
    ['tcp', 'opaque'],
    ['example.com/own', 'HTTP/1'],
  ])('appProtocol %s of the Service goes before the name: %s', (word, expected) => {
    const manifests =
      deployment('web', '[{ name: http, containerPort: 80 }]') +
      service('web', `[{ name: http, port: 80, appProtocol: ${word} }]`);
    expect(protocols(manifests)).toEqual([`http: ${expected}`]);
  });

  it('is opaque where the Service says so, because its clients do as it says', () => {
    const manifests =
      deployment('web', '[{ name: http, containerPort: 8080 }]') +
      service('web', '[{ port: 80, targetPort: http }]').replace(
        'namespace: shop }',
        "namespace: shop, annotations: { config.linkerd.io/opaque-ports: '80' } }",
      );
    expect(protocols(manifests)).toEqual(['http: opaque']);
  });
});

describe('which pods a port is of', () => {
  const ports = (yaml: string): unknown[] =>
    plan(NAMESPACE + yaml).ports.map(({ port, selector }) => [port, selector ?? 'every pod']);

  it('a name that means the same everywhere is one Server for every pod, whatever the numbers', () => {
    const manifests =
      deployment('a', '[{ name: http, containerPort: 8080 }]') +
      deployment('b', '[{ name: http, containerPort: 80 }]');
    expect(ports(manifests)).toEqual([['http', 'every pod']]);
  });

  it('a name that means different protocols is told apart by labels, and new pods fall to the larger part', () => {
    const manifests =
      deployment('a', '[{ name: api, containerPort: 80 }]') +
      deployment('b', '[{ name: api, containerPort: 80 }]') +
      deployment('c', '[{ name: api, containerPort: 80 }]') +
      service('c', '[{ port: 80, appProtocol: grpc }]');
    expect(ports(manifests)).toEqual([
      ['api', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['c'] }] }],
      ['api', { matchLabels: { app: 'c' } }],
    ]);
  });

  it('a number that has a name in another pod is for the pods that have no name for it', () => {
    const manifests =
      deployment('a', '[{ containerPort: 8080 }]') + deployment('b', '[{ name: http, containerPort: 8080 }]');
    expect(ports(manifests)).toEqual([
      ['http', 'every pod'],
      [8080, { matchLabels: { app: 'a' } }],
    ]);
  });

  it('pods of equal labels are told apart by the label that the injector gives them', () => {
    const twin = (name: string, ports: string): string =>
      deployment(name, ports).replaceAll(`app: ${name}`, 'app: x');
    const manifests =
      twin('a', '[{ containerPort: 8080 }]') + twin('b', '[{ name: http, containerPort: 8080 }]');
    expect(ports(manifests)).toEqual([
      ['http', 'every pod'],
      [8080, { matchLabels: { 'linkerd.io/proxy-deployment': 'a' } }],
    ]);
  });

  it('a port that nothing can tell apart stays closed, and is asked about', () => {
    const bare = (name: string, ports: string): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: x } }
spec: { containers: [{ name: main, image: x, ports: ${ports} }] }
---`;
    const manifests =
      bare('a', '[{ containerPort: 8080 }]') + bare('b', '[{ name: http, containerPort: 8080 }]');
    expect(ports(manifests)).toEqual([['http', 'every pod']]);
    expect(plan(NAMESPACE + manifests).questions.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('port 8080 means different things'),
    );
  });

  it('one name for two containers of a pod is no name for one port: numbers are taken', () => {
    const beside = '{ name: side, ports: [{ name: http, containerPort: 90 }] }';
    const manifests = deployment('a', '[{ name: http, containerPort: 80 }]', '', beside);
    expect(ports(manifests + service('a', '[{ name: http, port: 80 }]'))).toEqual([[80, 'every pod']]);
  });
});

describe('what stays closed', () => {
  const closed = (yaml: string): readonly string[] => plan(NAMESPACE + yaml).closed;

  it('a port of a container beside the main one that no Service leads to', () => {
    const beside = '{ name: opa, ports: [{ containerPort: 8181 }] }';
    const manifests = deployment('a', '[{ name: http, containerPort: 80 }]', '', beside);
    expect(closed(manifests)).toEqual(['port 8181 of deployment/a: a port of a sidecar']);
    expect(plan(NAMESPACE + manifests).questions).toMatchObject([
      { kind: 'DOUBT', suggestions: [{ port: 8181 }] },
    ]);
  });

  it('a port that only its probe uses', () => {
    const probed = 'livenessProbe: { httpGet: { path: /live, port: 8000 } }';
    expect(closed(deployment('a', '[{ containerPort: 8000 }]', probed))).toEqual([
      'port 8000 of deployment/a: only its probes use it',
    ]);
  });

  it('a port that is led past the proxy, which no jail holds', () => {
    const manifests = deployment('a', '[{ containerPort: 4567 }]') + service('a', '[{ port: 4567 }]');
    const { questions, ports } = plan(NAMESPACE + manifests);
    expect(ports).toEqual([]);
    expect(questions).toMatchObject([{ kind: 'DOUBT', text: expect.stringContaining('everyone gets in') }]);
  });

  it('a port that has a Server already, because the older one would win', () => {
    const server = `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: mine, namespace: shop }
spec: { podSelector: {}, port: http }
---`;
    const manifests = deployment('a', '[{ name: http, containerPort: 80 }]') + service('a', '[{ port: 80 }]');
    expect(closed(manifests + server)).toEqual([
      'port 80 (http) of deployment/a: Server mine in the manifests already owns it',
    ]);
  });
});

describe('policy that is there already', () => {
  const server = (name: string, port: string): string => `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: ${name}, namespace: shop }
spec: { podSelector: {}, port: ${port} }
---`;
  const web = deployment('a', '[{ name: http, containerPort: 80 }, { name: grpc, containerPort: 90 }]');

  it('keeps the admin port, which is not declared a second time', () => {
    expect(plan(NAMESPACE + web + server('admin', 'linkerd-admin')).exceptions).toEqual([]);
  });

  it('leaves nothing to do where all ports have it', () => {
    const all = server('a', 'http') + server('b', 'grpc') + server('admin', 'linkerd-admin');
    expect(planInit(Cluster.fromObjects(objectsIn(NAMESPACE + web + all)))).toMatchObject({
      namespaces: [],
      skipped: [{ namespace: 'shop', because: 'all its ports already have Servers in the manifests' }],
    });
  });
});

describe('probes that Linkerd does not let through by itself', () => {
  const nodes = (probe: string, ports = '[{ name: http, containerPort: 80 }]'): string[] =>
    plan(NAMESPACE + deployment('a', ports, `readinessProbe: ${probe}`) + service('a', '[{ port: 80 }]'))
      .exceptions.filter(({ client }) => client.kind === 'nodes')
      .map(({ port, because }) => `${port}: ${because[0]}`);

  it.each([
    ['plain httpGet needs none', '{ httpGet: { path: /a?b, port: http } }', []],
    ['tcpSocket needs none', '{ tcpSocket: { port: 80 } }', []],
    ['exec needs none', '{ exec: { command: [x] } }', []],
    ['gRPC', '{ grpc: { port: 80 } }', [/^http: the gRPC readinessProbe/]],
    ['gRPC on a port that nothing declares', '{ grpc: { port: 99 } }', [/^99: the gRPC readinessProbe/]],
    ['HTTPS', '{ httpGet: { path: /, port: http, scheme: HTTPS } }', [/^http: the httpGet over HTTPS/]],
    ['a path without a slash', '{ httpGet: { path: health, port: http } }', [/does not start with a slash$/]],
  ])('%s', (_, probe, expected) => {
    const found = nodes(probe);
    expect(found).toHaveLength(expected.length);
    expected.forEach((pattern, index) => expect(found[index]).toMatch(pattern));
  });

  it('httpGet on a port that is opaque to the proxy', () => {
    expect(
      nodes('{ httpGet: { path: /, port: 6379 } }', '[{ containerPort: 6379 }, { containerPort: 80 }]'),
    ).toEqual([
      '6379: the httpGet readinessProbe of deployment/a: the proxy does not look into opaque connections',
    ]);
  });
});

describe('namespaces', () => {
  const skipped = (yaml: string): string[] =>
    planInit(Cluster.fromObjects(objectsIn(yaml))).skipped.map(
      ({ namespace, because }) => `${namespace}: ${because}`,
    );
  const pod = (namespace: string, spec = 'containers: [{ name: a }]'): string =>
    `{ apiVersion: v1, kind: Pod, metadata: { name: a, namespace: ${namespace} }, spec: { ${spec} } }\n---\n`;

  it('are left out with a reason', () => {
    const host = 'hostNetwork: true, containers: [{ name: a }]';
    const manifests = ['kube-system', 'linkerd', 'linkerd-viz', 'cert-manager']
      .map((name) => pod(name))
      .join('');
    expect(skipped(`${manifests}${pod('host', host)}\n${NAMESPACE}`)).toMatchInlineSnapshot(`
      [
        "cert-manager: none of its workloads can have the proxy (pod/a: namespace cert-manager is exempt from injection)",
        "host: none of its workloads can have the proxy (pod/a: hostNetwork pods are never injected)",
        "kube-system: it belongs to Kubernetes",
        "linkerd: it belongs to Linkerd, which brings its own policy",
        "linkerd-viz: it belongs to Linkerd, which brings its own policy",
        "shop: it has no workloads in the manifests",
      ]
    `);
  });

  it('deny already: audit would open them, so the jail denies', () => {
    const denying = NAMESPACE.replace(
      'enabled }',
      'enabled, config.linkerd.io/default-inbound-policy: deny }',
    );
    expect(plan(denying + deployment('a', '[{ containerPort: 80 }]'))).toMatchObject({ mode: 'deny' });
  });

  it('keep what kubectl would take away, and nothing that the cluster put there', () => {
    const applied = JSON.stringify({ metadata: { name: 'shop', labels: { team: 'a' } } });
    const annotated = `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: { team: a, kubernetes.io/metadata.name: shop, put-by: controller }
  annotations: { linkerd.io/inject: enabled, kubectl.kubernetes.io/last-applied-configuration: '${applied}' }
---`;
    expect(plan(annotated + deployment('a', '[{ containerPort: 80 }]')).object).toEqual({
      labels: { team: 'a' },
      annotations: { 'linkerd.io/inject': 'enabled' },
    });
  });

  it('without a port of their own are locked all the same', () => {
    expect(plan(NAMESPACE + deployment('a', '[]'))).toMatchObject({
      ports: [],
      exceptions: [{ port: 'linkerd-admin' }],
    });
  });
});

it('machines outside the cluster have no Server in a jail, and the plan says so', () => {
  const machine = `
apiVersion: workload.linkerd.io/v1beta1
kind: ExternalWorkload
metadata: { name: vm, namespace: shop, labels: { app: vm } }
spec:
  meshTLS: { identity: spiffe://x/vm, serverName: vm }
  workloadIPs: [{ ip: 192.0.2.1 }]
  ports: [{ name: http, port: 80 }]
---`;
  const { ports, questions } = plan(
    NAMESPACE +
      deployment('a', '[{ containerPort: 80 }]') +
      machine +
      service('vm', '[{ name: http, port: 80 }]'),
  );
  expect(ports.map(({ port }) => port)).toEqual([80]);
  expect(questions).toMatchObject([
    { text: expect.stringContaining('externalworkload/vm: a jail makes no Server') },
  ]);
});

describe('the list of a cluster', () => {
  it('counts what Deployments made once: ReplicaSets and Pods of theirs are not workloads of their own', () => {
    const made = (
      kind: string,
      apiVersion: string,
      owner: string,
      ownerName: string,
      name: string,
    ): string => `
apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${name}
  namespace: shop
  ownerReferences: [{ apiVersion: apps/v1, kind: ${owner}, name: ${ownerName}, uid: u, controller: true }]
spec: ${kind === 'Pod' ? '{ containers: [{ name: main }] }' : '{ template: { spec: { containers: [{ name: main }] } }, selector: {} }'}
---`;
    const manifests =
      deployment('a', '[{ containerPort: 80 }]') +
      made('ReplicaSet', 'apps/v1', 'Deployment', 'a', 'a-5d4f') +
      made('Pod', 'v1', 'ReplicaSet', 'a-5d4f', 'a-5d4f-x2x');
    expect(plan(NAMESPACE + manifests).workloads).toEqual(['deployment/a']);
  });
});
