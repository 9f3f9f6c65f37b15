import fc from 'fast-check';
import type { KubeObject } from '../../../lib/kubernetes/object';

/**
 * Random applications as people deploy them: workloads with ports and probes, Services, callers by environment, scrapes,
 * Ingresses and webhooks. Labels, names and numbers are few, so that they collide.
 */
export interface RandomApp {
  readonly objects: readonly KubeObject[];
}

interface Port {
  readonly number: number;
  readonly name?: string;
}

export interface RandomWorkload {
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly account: string | undefined;
  readonly ports: readonly Port[];
  readonly sidePorts: readonly Port[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly probes: Readonly<Record<string, object>>;
  readonly hostNetwork: boolean;
}

const NAMESPACES = ['shop', 'pay', 'infra'] as const;
/** One has most of what there is, so that Services have pods behind them. */
const somewhere = fc.constantFrom('shop' as const, ...NAMESPACES);
const NUMBERS = [80, 8080, 9090, 5432, 5005, 8443] as const;
const NAMES = ['http', 'grpc', 'https', 'metrics', 'tcp-raw', 'debug', 'webhook', 'main'] as const;

const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq = 2): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq });

const port = fc
  .record({ number: fc.constantFrom(...NUMBERS), name: maybe(fc.constantFrom(...NAMES)) })
  .map(({ number, name }): Port => ({ number, ...(name === undefined ? {} : { name }) }));
const ports = fc.uniqueArray(port, { maxLength: 3, selector: ({ number }) => number }).map((list) => {
  const seen = new Set<string>();
  return list.map(({ number, name }) => {
    if (name === undefined || seen.has(name)) return { number };
    seen.add(name);
    return { number, name };
  });
});

const path = fc.constantFrom('/', '/healthz', '/ready?full=1', 'live');
const probe = fc.oneof(
  fc.record({ httpGet: fc.record({ path, port: fc.constantFrom(...NUMBERS) }) }),
  fc.record({
    httpGet: fc.record({ path, port: fc.constantFrom(...NUMBERS), scheme: fc.constant('HTTPS') }),
  }),
  fc.record({ grpc: fc.record({ port: fc.constantFrom(...NUMBERS) }) }),
  fc.record({ tcpSocket: fc.record({ port: fc.constantFrom(...NUMBERS) }) }),
);
const probes = fc.dictionary(fc.constantFrom('livenessProbe', 'readinessProbe'), probe, { maxKeys: 2 });

const workload: fc.Arbitrary<Omit<RandomWorkload, 'name'>> = fc.record({
  namespace: somewhere,
  kind: fc.constantFrom('Deployment', 'Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'Pod'),
  labels: fc
    .record({ app: fc.constantFrom('a', 'a', 'a', 'b', 'c'), tier: maybe(fc.constantFrom('x', 'y')) })
    .map(({ app, tier }) => (tier === undefined ? { app } : { app, tier })),
  account: maybe(fc.constantFrom('one', 'two', 'three', 'four'), 5),
  ports,
  sidePorts: fc.oneof({ arbitrary: fc.constant([]), weight: 3 }, { arbitrary: ports, weight: 1 }),
  annotations: fc.oneof(
    { arbitrary: fc.constant({}), weight: 6 },
    { arbitrary: fc.constant({ 'prometheus.io/scrape': 'true' }), weight: 4 },
    {
      arbitrary: fc
        .constantFrom(...NUMBERS)
        .map((number) => ({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(number) })),
      weight: 1,
    },
    { arbitrary: fc.constant({ 'linkerd.io/inject': 'disabled' }), weight: 1 },
    { arbitrary: fc.constant({ 'config.linkerd.io/opaque-ports': '8080' }), weight: 1 },
  ),
  probes,
  hostNetwork: fc.oneof(
    { arbitrary: fc.constant(false), weight: 12 },
    { arbitrary: fc.constant(true), weight: 1 },
  ),
});

interface RandomService {
  readonly namespace: string;
  readonly app: string;
  readonly ports: readonly { number: number; target: number | string; name?: string; appProtocol?: string }[];
  readonly type: string;
  readonly headless: boolean;
  readonly scraped: boolean;
}

const servicePort = fc.record(
  {
    number: fc.constantFrom(80, 443, 8080),
    target: fc.oneof(
      { arbitrary: fc.constantFrom(...NUMBERS), weight: 3 },
      { arbitrary: fc.constantFrom(...NAMES), weight: 1 },
    ),
    name: fc.constantFrom(...NAMES),
    appProtocol: fc.constantFrom('http', 'kubernetes.io/h2c', 'grpc', 'tcp', 'https'),
  },
  { requiredKeys: ['number', 'target'] },
);
const service: fc.Arbitrary<RandomService> = fc.record({
  namespace: somewhere,
  app: fc.constantFrom('a', 'a', 'a', 'b', 'c'),
  ports: fc.uniqueArray(servicePort, { minLength: 1, maxLength: 2, selector: ({ number }) => number }),
  type: fc.constantFrom('ClusterIP', 'ClusterIP', 'ClusterIP', 'NodePort', 'LoadBalancer'),
  headless: fc.boolean(),
  scraped: fc.oneof(
    { arbitrary: fc.constant(false), weight: 5 },
    { arbitrary: fc.constant(true), weight: 1 },
  ),
});

/** Who is configured to call what, by index; a port is written or not. */
const call = fc.record({ from: fc.nat(9), to: fc.nat(9), index: fc.nat(1), written: fc.boolean() });

export const randomApp: fc.Arbitrary<RandomApp> = fc
  .record({
    workloads: fc.array(workload, { minLength: 1, maxLength: 5 }),
    services: fc.array(service, { maxLength: 4 }),
    calls: fc.array(call, { maxLength: 4 }),
    ingress: maybe(fc.nat(9), 5),
    webhook: maybe(fc.nat(9)),
    monitor: maybe(
      fc.record({
        kind: fc.constantFrom('PodMonitor', 'ServiceMonitor'),
        port: fc.constantFrom('metrics', 'http', 'p0', 'main'),
      }),
    ),
    prometheus: maybe(fc.constantFrom('follows', 'object', 'unknown'), 5),
  })
  .map(({ workloads, services, calls, ingress, webhook, monitor, prometheus }) => {
    const env = new Map<number, { name: string; value: string }[]>();
    calls.forEach(({ from, to, index, written }, number) => {
      const service = services[to % Math.max(1, services.length)];
      if (service === undefined) return;
      const at = services.indexOf(service);
      const port = service.ports[index % service.ports.length]?.number ?? 80;
      const caller = from % workloads.length;
      const value = `svc${at}.${service.namespace}.svc.cluster.local${written ? `:${port}` : ''}`;
      env.set(caller, [...(env.get(caller) ?? []), { name: `URL_${number}`, value }]);
    });
    const objects = [
      ...NAMESPACES.map((name) => namespaceObject(name)),
      ...workloads.map((one, index) => workloadObject(named(one, index), env.get(index) ?? [])),
      ...services.map((one, index) => serviceObject(one, index)),
      ...(services.length > 0 && ingress !== undefined
        ? ingressObjects(services, ingress % services.length)
        : []),
      ...(services.length > 0 && webhook !== undefined
        ? [webhookObject(services, webhook % services.length)]
        : []),
      ...(monitor === undefined ? [] : [monitorObject(monitor)]),
      ...(prometheus === undefined ? [] : prometheusObjects(prometheus)),
    ];
    return { objects };
  });

/** Pods that nothing made have a label of their own: two with equal labels are one to every Server, and init says so. */
function named(one: Omit<RandomWorkload, 'name'>, index: number): RandomWorkload {
  const name = `w${index}`;
  return { ...one, name, labels: one.kind === 'Pod' ? { ...one.labels, pod: name } : one.labels };
}

function namespaceObject(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, annotations: { 'linkerd.io/inject': 'enabled' } },
  } as KubeObject;
}

function workloadObject(one: RandomWorkload, env: readonly object[]): KubeObject {
  const { namespace, name, kind, labels, account, ports, sidePorts, annotations, probes, hostNetwork } = one;
  const listed = (list: readonly Port[]): object[] =>
    list.map(({ number, name: word }) => ({
      containerPort: number,
      ...(word === undefined ? {} : { name: word }),
    }));
  const template = {
    metadata: { labels, annotations },
    spec: {
      ...(account === undefined ? {} : { serviceAccountName: account }),
      ...(hostNetwork ? { hostNetwork } : {}),
      containers: [
        { name: 'main', image: 'x', env, ports: listed(ports), ...probes },
        ...(sidePorts.length === 0 ? [] : [{ name: 'side', image: 'y', ports: listed(sidePorts) }]),
      ],
    },
  };
  const selector = { matchLabels: labels };
  const [apiVersion, spec] =
    kind === 'Pod'
      ? ['v1', template.spec]
      : kind === 'CronJob'
        ? ['batch/v1', { schedule: '* * * * *', jobTemplate: { spec: { template } } }]
        : kind === 'Job'
          ? ['batch/v1', { template }]
          : ['apps/v1', { selector, template, ...(kind === 'StatefulSet' ? { serviceName: name } : {}) }];
  const metadata = kind === 'Pod' ? { name, namespace, labels, annotations } : { name, namespace };
  return { apiVersion, kind, metadata, spec } as unknown as KubeObject;
}

function serviceObject(
  { namespace, app, ports, type, headless, scraped }: RandomService,
  index: number,
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: `svc${index}`,
      namespace,
      labels: { app },
      ...(scraped ? { annotations: { 'prometheus.io/scrape': 'true' } } : {}),
    },
    spec: {
      selector: { app },
      ...(headless && type === 'ClusterIP' ? { clusterIP: 'None' } : { type }),
      ports: ports.map(({ number, target, name, appProtocol }, at) => ({
        name: name === undefined || ports.findIndex((other) => other.name === name) !== at ? `p${at}` : name,
        port: number,
        targetPort: target,
        ...(appProtocol === undefined ? {} : { appProtocol }),
      })),
    },
  } as unknown as KubeObject;
}

function ingressObjects(services: readonly RandomService[], at: number): KubeObject[] {
  const service = services[at];
  const number = service?.ports[0]?.number;
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'front', namespace: service?.namespace },
      spec: {
        ingressClassName: 'nginx',
        defaultBackend: { service: { name: `svc${at}`, port: { number } } },
      },
    },
    workloadObject(
      {
        namespace: 'ingress-nginx',
        name: 'controller',
        kind: 'Deployment',
        labels: { app: 'nginx' },
        account: 'ingress-nginx',
        ports: [],
        sidePorts: [],
        annotations: { 'linkerd.io/inject': 'enabled' },
        probes: {},
        hostNetwork: false,
      },
      [],
    ),
  ].map(
    (object) =>
      JSON.parse(
        JSON.stringify(object).replace('"image":"x"', '"image":"ingress-nginx/controller"'),
      ) as KubeObject,
  );
}

function webhookObject(services: readonly RandomService[], at: number): KubeObject {
  const service = services[at];
  const reference = { name: `svc${at}`, namespace: service?.namespace, port: service?.ports[0]?.number };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'hooks' },
    webhooks: [{ name: 'x.example.com', clientConfig: { service: reference } }],
  } as unknown as KubeObject;
}

function monitorObject({ kind, port: name }: { kind: string; port: string }): KubeObject {
  const endpoints = [{ port: name }];
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind,
    metadata: { name: 'all', namespace: 'shop' },
    spec: {
      selector: {},
      namespaceSelector: { any: true },
      ...(kind === 'PodMonitor' ? { podMetricsEndpoints: endpoints } : { endpoints }),
    },
  } as unknown as KubeObject;
}

const FOLLOWS = `
scrape_configs:
  - kubernetes_sd_configs: [{ role: pod }]
    relabel_configs:
      - { action: keep, source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape], regex: true }
`;

function prometheusObjects(kind: string): KubeObject[] {
  if (kind === 'object') {
    const all = {
      podMonitorSelector: {},
      podMonitorNamespaceSelector: {},
      serviceMonitorSelector: {},
      serviceMonitorNamespaceSelector: {},
    };
    return [
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'Prometheus',
        metadata: { name: 'k8s', namespace: 'monitoring' },
        spec: {
          serviceAccountName: 'prom',
          podMetadata: { annotations: { 'linkerd.io/inject': 'enabled' } },
          ...all,
        },
      } as unknown as KubeObject,
    ];
  }
  const pod = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'prometheus', namespace: 'monitoring' },
    spec: {
      selector: { matchLabels: { app: 'prometheus' } },
      template: {
        metadata: { labels: { app: 'prometheus' }, annotations: { 'linkerd.io/inject': 'enabled' } },
        spec: {
          serviceAccountName: 'prom',
          containers: [{ name: 'main', image: 'prom/prometheus' }],
          volumes: [{ name: 'config', configMap: { name: 'prometheus' } }],
        },
      },
    },
  } as unknown as KubeObject;
  const config = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'prometheus', namespace: 'monitoring' },
    data: { 'prometheus.yml': FOLLOWS },
  } as unknown as KubeObject;
  return kind === 'follows' ? [pod, config] : [pod];
}
