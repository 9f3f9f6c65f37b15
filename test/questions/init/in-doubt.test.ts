import { Cluster } from '../../../lib/cluster/cluster';
import { findings } from '../../../lib/findings/run-rules';
import type { InitOptions, InitPlan, NamespacePlan } from '../../../lib/questions/init/plan';
import { reviewMarks } from '../../../lib/questions/init/plan';
import { planInit } from '../../../lib/questions/init/plan-init';
import { objectsIn } from '../../helpers/manifests';
import { applied, enforced, jailed, manifestsOf } from './init-app';

/** Where init was wrong without a doubt: the inputs of the field report, and their siblings. */
const FIELD = 'test/field/inputs';

function planOf(file: string, options: InitOptions = {}): InitPlan {
  return planInit(Cluster.fromObjects(manifestsOf(`${FIELD}/${file}`)), options);
}

function jailOf(yaml: string, namespace = 'shop', options: InitOptions = {}): NamespacePlan {
  const found = planInit(Cluster.fromObjects(objectsIn(yaml)), options).namespaces;
  const jail = found.find((one) => one.namespace === namespace);
  if (jail === undefined) throw new Error(`${namespace} gets no jail`);
  return jail;
}

const marks = (jail: NamespacePlan | undefined): string[] =>
  jail === undefined ? [] : reviewMarks(jail).map(({ kind, text }) => `${kind}: ${text}`);

const NAMESPACE = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { linkerd.io/inject: enabled } }
---`;
const deployment = (name: string, ports: string, more = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { serviceAccountName: ${name}, containers: [{ name: main, image: x, ports: ${ports}${more} }] }
---`;
const service = (name: string, ports: string, more = ''): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { selector: { app: ${name.replace(/-.*/, '')} }, ports: ${ports}${more} }
---`;

describe('two Service ports with different protocols on one port are detected by the proxy, and are a doubt', () => {
  it('http and https of one Service, as Argo CD has them', () => {
    const [jail] = planOf('http-and-https-one-port.yaml').namespaces;
    expect(jail?.ports).toMatchObject([{ port: 8080, protocol: 'unknown' }]);
    expect(marks(jail)).toEqual([
      'DOUBT: port 8080 of deployment/argocd-server: the name http of its Service port says HTTP/1, the name https of its Service port says TLS; the proxy detects the protocol',
    ]);
  });

  it.each([
    [
      'an appProtocol and a name, of two Services',
      '[{ name: http, port: 80 }]',
      '[{ port: 80, appProtocol: grpc }]',
    ],
    [
      'two appProtocols',
      '[{ port: 80, appProtocol: http }]',
      '[{ port: 80, appProtocol: kubernetes.io/h2c }]',
    ],
    ['names of two Services', '[{ name: grpc, port: 80 }]', '[{ name: tcp-raw, port: 80 }]'],
  ])('%s', (_, first, second) => {
    const web = NAMESPACE + deployment('web', '[{ containerPort: 80 }]') + service('web', first);
    expect(jailOf(web).ports.map(({ protocol }) => protocol)).not.toEqual(['unknown']);
    const both = jailOf(web + service('web-other', second));
    expect(both.ports.map(({ protocol }) => protocol)).toEqual(['unknown']);
    expect(marks(both)).toEqual([
      expect.stringMatching(/^DOUBT: port 80 of deployment\/web: .*detects the protocol$/),
    ]);
  });
});

describe('whoever reads metrics gets in, and no other Prometheus does', () => {
  const clients = (plan: InitPlan): string[] =>
    plan.namespaces.flatMap(({ exceptions }) =>
      exceptions.flatMap(({ port, client }) =>
        client.kind === 'serviceAccount' && /prom/.test(client.name)
          ? [`${port}: ${client.namespace}/${client.name}`]
          : [],
      ),
    );

  it('the one whose selectors choose the monitor', () => {
    expect(clients(planOf('servicemonitor-two-prometheus.yaml'))).toEqual([
      'metrics: monitoring/prometheus-k8s',
    ]);
  });

  it("not linkerd-viz's, which scrapes proxies: who does is asked", () => {
    const plan = planOf('viz-prometheus.yaml');
    expect(clients(plan)).toEqual([]);
    expect(marks(plan.namespaces[0])).toEqual([
      'DOUBT: deployment/web: annotation prometheus.io/scrape of the pods: by its configuration, deployment/prometheus in namespace linkerd-viz does not scrape it: fill in the ServiceAccount of the one that scrapes this port (port 9102)',
    ]);
  });
});

describe('who comes from outside is asked for each port, on the pods behind it', () => {
  const suggested = (jail: NamespacePlan | undefined): unknown[] =>
    jail?.questions.flatMap(({ text, suggestions = [] }) =>
      text.includes('of type') || text.includes('Gateway')
        ? suggestions.map(({ port, selector }) => [port, selector?.matchLabels ?? 'every pod'])
        : [],
    ) ?? [];

  it('both ports of a LoadBalancer', () => {
    const [jail] = planOf('loadbalancer-two-ports.yaml').namespaces;
    expect(suggested(jail)).toEqual([
      ['http', 'every pod'],
      ['https', 'every pod'],
    ]);
  });

  it('a NodePort, but not the port of the same name of other pods, which gets a Server of its own', () => {
    const http = '[{ name: http, containerPort: 80 }]';
    const jail = jailOf(
      NAMESPACE +
        deployment('web', http) +
        deployment('api', http) +
        deployment('orders', http) +
        service('web', '[{ port: 80 }]', ', type: NodePort') +
        service('api', '[{ port: 80 }]') +
        service('orders', '[{ port: 80 }]'),
    );
    expect(suggested(jail)).toEqual([['http', { app: 'web' }]]);
    expect(jail.ports.map(({ port, selector }) => [port, JSON.stringify(selector)])).toEqual([
      ['http', '{"matchExpressions":[{"key":"app","operator":"NotIn","values":["web"]}]}'],
      ['http', '{"matchLabels":{"app":"web"}}'],
    ]);
  });

  it.each(['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'])('the backends of a %s', (kind) => {
    const route = `
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: ${kind}
metadata: { name: r, namespace: shop }
spec: { parentRefs: [{ name: gw, namespace: infra }], rules: [{ backendRefs: [{ name: web, port: 80 }, { name: web, port: 81 }] }] }
---`;
    const web =
      deployment('web', '[{ containerPort: 80 }, { containerPort: 81 }]') +
      service('web', '[{ name: a, port: 80 }, { name: b, port: 81 }]');
    expect(suggested(jailOf(NAMESPACE + web + route))).toEqual([
      [80, 'every pod'],
      [81, 'every pod'],
    ]);
    const gateway = deployment('gw', '[]')
      .replaceAll('namespace: shop', 'namespace: infra')
      .replace('labels: { app: gw }', 'labels: { app: gw, gateway.networking.k8s.io/gateway-name: gw }');
    const known = jailOf(NAMESPACE + web + route + gateway);
    expect(suggested(known)).toEqual([]);
    expect(known.exceptions.filter(({ client }) => client.kind === 'serviceAccount')).toHaveLength(2);
  });
});

describe('what looks like a webhook is a doubt where no configuration tells', () => {
  const asked = (yaml: string): string[] =>
    marks(jailOf(NAMESPACE + yaml)).filter((mark) => mark.includes('judging by its name it is for'));
  const https = deployment('hook', '[{ name: https, containerPort: 8443 }]');

  it('a Service, a port, and an aggregated API', () => {
    expect(asked(https + service('hook-admission', '[{ port: 443, targetPort: 8443 }]'))).toEqual([
      'DOUBT: deployment/hook: Service hook-admission: judging by its name it is for a webhook, and no webhook configuration is in the manifests: if the API server calls it, let in the control plane',
    ]);
    expect(asked(deployment('hook', '[{ name: webhook, containerPort: 8443 }]'))).toHaveLength(1);
    expect(asked(https + service('hook-metrics-server', '[{ port: 443, targetPort: 8443 }]'))).toEqual([
      expect.stringContaining('for an aggregated API, and no APIService is in the manifests'),
    ]);
  });

  it('but not a port of another use, nor what some configuration of the input would have named', () => {
    const configuration = `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: { name: other }
webhooks: []
---`;
    const hook = https + service('hook-admission', '[{ port: 443, targetPort: 8443 }]');
    expect(asked(hook + configuration)).toEqual([]);
    expect(asked(https + service('hook', '[{ port: 443, targetPort: 8443 }]'))).toEqual([]);
  });
});

describe('the pods of an operator', () => {
  // As Strimzi's: the operator's Deployment has the label too, and the pods belong to a custom resource (B10)
  const broker = `
apiVersion: v1
kind: Pod
metadata:
  name: events-kafka-0
  namespace: shop
  labels: { app: kafka }
  ownerReferences:
    - { apiVersion: core.strimzi.io/v1beta2, kind: StrimziPodSet, name: events-kafka, uid: x, controller: true }
spec: { serviceAccountName: kafka, containers: [{ name: kafka, image: x, ports: [{ name: tcp-plain, containerPort: 9092 }] }] }
---`;
  const operator = deployment('kafka', '[{ name: http, containerPort: 8080 }]');

  it('have the ports that init writes for them, so that check has nothing against the jail', () => {
    const { plan, cluster } = jailed(objectsIn(NAMESPACE + operator + broker), {}, enforced);
    expect(plan.namespaces[0]?.ports.map(({ port }) => port)).toContain('tcp-plain');
    expect(findings(cluster).map(({ rule }) => rule)).not.toContain('server-port-unknown');
  });

  it('are missed by name where they are not in the manifests', () => {
    const { objects } = jailed(objectsIn(NAMESPACE + operator + broker), {}, enforced);
    const cluster = applied(objectsIn(NAMESPACE + operator + deployment('web', '[]')), objects);
    const unknown = findings(cluster).filter(({ rule }) => rule === 'server-port-unknown');
    expect(unknown.map(({ text }) => text)).toEqual([
      'Server shop/tcp-plain is for port "tcp-plain", a name that deployment/kafka and deployment/web do not declare for TCP, so the Server has no effect and the port keeps the default policy.',
    ]);
  });
});

describe('debug ports stay closed', () => {
  it.each([
    ['by name', '[{ name: debug, containerPort: 5999 }]', ''],
    ['by name, behind a Service', '[{ name: jdwp, containerPort: 80 }]', service('web', '[{ port: 80 }]')],
    ['by number', '[{ containerPort: 5005 }]', ''],
    ["Node's", '[{ containerPort: 9229 }]', ''],
  ])('%s', (_, ports, more) => {
    const jail = jailOf(NAMESPACE + deployment('web', ports) + more);
    expect(jail.ports).toEqual([]);
    expect(marks(jail)).toEqual([
      expect.stringMatching(/^DOUBT: deployment\/web: port \d+ is for debugging/),
    ]);
  });

  it('unless the number has another name', () => {
    const jail = jailOf(NAMESPACE + deployment('web', '[{ name: http, containerPort: 5005 }]'));
    expect(jail.ports).toMatchObject([{ port: 'http' }]);
  });
});

describe('a Server is for the pods that have the port', () => {
  it.each(['41-init-probe-refused-160', '41-init-probe-refused-227', '41-init-servers-overlap-179'])(
    '%s has no error',
    (name) => {
      const { cluster } = jailed(manifestsOf(`${FIELD}/${name}.yaml`), { inject: true }, (code) =>
        enforced(code).replaceAll('192.0.2.0/24', '10.240.0.0/24'),
      );
      // Unmeshed is one of them because it asks not to be meshed
      const errors = findings(cluster).filter(
        ({ severity, rule }) => severity === 'error' && rule !== 'workload-unmeshed',
      );
      expect(errors.map(({ rule, text }) => `${rule}: ${text}`)).toEqual([]);
    },
  );

  it('with a number, only for them', () => {
    const jail = jailOf(
      NAMESPACE +
        deployment('web', '[{ containerPort: 8080 }]') +
        deployment('db', '[{ name: pg, containerPort: 5432 }]'),
    );
    expect(jail.ports).toMatchObject([
      { port: 'pg' },
      { port: 8080, selector: { matchLabels: { app: 'web' } } },
    ]);
  });
});

describe('what random applications found', () => {
  const bare = (name: string, probe: string): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: a } }
spec: { containers: [{ name: main, image: x, ${probe} }] }
---`;
  const probed = (name: string, probe: string): string =>
    deployment(name, '[]', `, livenessProbe: { ${probe} }`);
  const errors = (yaml: string): string[] => {
    const options = { inject: true, nodeNetworks: ['10.240.0.0/24'] };
    const { cluster } = jailed(objectsIn(NAMESPACE + yaml), options, enforced);
    return findings(cluster).flatMap(({ severity, rule, text }) =>
      severity === 'error' ? [`${rule}: ${text}`] : [],
    );
  };

  it('a probe whose path has no slash needs its port, though no container declares it', () => {
    expect(errors(probed('web', 'httpGet: { path: live, port: 80 }'))).toEqual([]);
  });

  it('two probes of one port whose pods are told apart by different labels get selectors that exclude each other', () => {
    const https = probed('web', 'httpGet: { path: /, port: 5005, scheme: HTTPS }').replaceAll(
      'app: web',
      'app: b',
    );
    const grpc = probed('api', 'grpc: { port: 5005 }').replaceAll('app: api }', 'app: b, tier: x }');
    expect(errors(https + grpc)).toEqual([]);
    expect(errors(https + grpc.replace('kind: Deployment', 'kind: StatefulSet'))).toEqual([]);
  });

  it('a probe of an opaque port needs it as well', () => {
    const opaque = probed('web', 'httpGet: { path: /, port: 8080 }').replace(
      'labels: { app: web } }\n    spec',
      "labels: { app: web }, annotations: { config.linkerd.io/opaque-ports: '8080' } }\n    spec",
    );
    expect(opaque).toContain('opaque-ports');
    expect(errors(opaque)).toEqual([]);
  });

  it('workloads of two kinds are told from a third with their labels kind by kind', () => {
    const grpc = (name: string): string =>
      probed(name, 'grpc: { port: 80 }').replaceAll(`app: ${name}`, 'app: a');
    const third = deployment('third', '[{ containerPort: 80 }]').replaceAll('app: third', 'app: a');
    expect(
      errors(grpc('one') + grpc('two').replace('kind: Deployment', 'kind: StatefulSet') + third),
    ).toEqual([]);
  });

  it('a Pod that nothing made is told from the pods of a Deployment with its labels', () => {
    const probe = 'livenessProbe: { httpGet: { path: /, port: 8080, scheme: HTTPS } }';
    const other = deployment('web', '[{ containerPort: 8080 }]').replaceAll('app: web', 'app: a');
    expect(errors(other + bare('one', probe))).toEqual([]);
  });
});

describe('the same manifests make the same plan', () => {
  it('in whatever order two Services come that say different things', () => {
    expect(planOf('41-init-order-80/b.yaml')).toEqual(planOf('41-init-order-80/a.yaml'));
  });
});

describe('a doubt', () => {
  const scraped = (name: string): string =>
    deployment(name, '[{ name: metrics, containerPort: 9000 }]').replace(
      `labels: { app: ${name} } }\n    spec`,
      `labels: { app: ${name} }, annotations: { prometheus.io/scrape: 'true' } }\n    spec`,
    ) + service(name, '[{ name: http, port: 80, targetPort: 9000 }]');
  const prometheus = deployment('prometheus', '[]').replaceAll('namespace: shop', 'namespace: monitoring');

  it('about a client is told once, and not at all where the run gives the client its proxy', () => {
    const yaml = NAMESPACE + scraped('a') + scraped('b').replaceAll('9000', '9001') + prometheus;
    const noProxy = (options: InitOptions): string[] =>
      marks(jailOf(yaml, 'shop', options)).filter((mark) => mark.includes('no proxy yet'));
    expect(noProxy({})).toEqual([
      'DOUBT: deployment/prometheus in namespace monitoring has no proxy yet; until it has one, it has no identity and is kept out',
    ]);
    expect(noProxy({ inject: true })).toEqual([]);
  });

  it('names what it is about', () => {
    const jail = jailOf(
      NAMESPACE + deployment('mq', '[{ containerPort: 5672 }]') + service('mq', '[{ port: 5672 }]'),
    );
    expect(marks(jail)).toEqual([
      "GUESS: port 5672 of deployment/mq: opaque, from its number, which is AMQP's alone",
    ]);
  });

  it('says what opens that is closed today', () => {
    expect(marks(planOf('init-opens-authenticated.yaml').namespaces[0])).toContainEqual(
      expect.stringMatching(
        /^DOUBT: the Namespace says all-authenticated today; .*linkerd-admin is open to everyone/,
      ),
    );
  });
});

it('a port that is open to the namespace needs no exception for a ServiceAccount of it', () => {
  const yaml =
    NAMESPACE +
    deployment('web', '[{ name: http, containerPort: 80 }]') +
    service('web', '[{ port: 80 }]') +
    deployment('prometheus', '[{ name: metrics, containerPort: 9090 }]') +
    `
apiVersion: v1
kind: Service
metadata: { name: scraped, namespace: shop, annotations: { prometheus.io/scrape: 'true' } }
spec: { selector: { app: web }, ports: [{ name: http, port: 80 }] }
---`;
  expect(jailOf(yaml).exceptions.map(({ port }) => port)).toEqual(['linkerd-admin']);
});

describe('pods of one label are told apart by another, also by its absence', () => {
  const pod = (name: string, labels: string, probe: string): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: a${labels} } }
spec: { containers: [{ name: main, image: x, livenessProbe: { ${probe} } }] }
---`;
  const one = deployment('a', '[{ containerPort: 9090 }]');
  const grpc = pod('w1', ', pod: w1', 'grpc: { port: 9090 }');

  it('a Deployment beside bare Pods with a label of their own', () => {
    const jail = jailOf(
      `${NAMESPACE}${one}${grpc}${pod('w2', ', pod: w2', 'httpGet: { path: /, port: 9090 }')}`,
    );
    expect(jail.ports).toMatchObject([
      { port: 9090, selector: { matchExpressions: [{ key: 'pod', operator: 'DoesNotExist' }] } },
    ]);
    expect(marks(jail).filter((mark) => mark.includes('tell'))).toEqual([]);
  });

  it('but not where a bystander lacks it too', () => {
    const jail = jailOf(`${NAMESPACE}${one}${grpc}${pod('w2', '', 'httpGet: { path: /, port: 9090 }')}`);
    expect(marks(jail).some((mark) => mark.includes('whose labels do not tell them apart'))).toBe(true);
  });
});
