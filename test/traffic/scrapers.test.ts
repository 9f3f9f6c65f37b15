import { readersOf, scrapers } from '../../lib/traffic/scrapers';
import { scrapeTargets } from '../../lib/traffic/scrape-targets';
import { clusterOf, pod } from '../helpers/manifests';

const CONTAINER = '{ name: a, image: x, ports: [{ name: metrics, containerPort: 9090 }] }';
const TARGET = pod('web', CONTAINER);
const ANNOTATED = pod('web', CONTAINER, ", prometheus.io/scrape: 'true'");
const monitor = (kind: string, namespace: string, spec: string): string => `
apiVersion: monitoring.coreos.com/v1
kind: ${kind}
metadata: { name: web, namespace: ${namespace}, labels: { release: kube } }
spec: { selector: {}, namespaceSelector: { any: true }, ${spec} }
---`;
const POD_MONITOR = monitor('PodMonitor', 'shop', 'podMetricsEndpoints: [{ port: metrics }]');
const NAMESPACE = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { monitored: 'yes' } }
---`;
const prometheus = (spec: string, kind = 'Prometheus'): string => `
apiVersion: monitoring.coreos.com/v1
kind: ${kind}
metadata: { name: k8s, namespace: monitoring }
spec: { serviceAccountName: prom, ${spec} }
---`;
const workload = (name: string, config?: string, more = ''): string => `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: ${name}, namespace: monitoring${more} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers: [{ name: c, image: x }]
      ${config === undefined ? '' : `volumes: [{ name: v, configMap: { name: ${name} } }]`}
---
${config === undefined ? '' : JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'monitoring' }, data: { 'config.yml': config } })}
---`;

/** Who reads the metrics of web, and how sure that is. */
function readers(manifests: string): string[] {
  const cluster = clusterOf(NAMESPACE + manifests);
  const found = scrapeTargets(cluster).flatMap((target) =>
    readersOf(scrapers(cluster), target).map(({ label, reads }) => `${label}: ${reads(target)}`),
  );
  return [...new Set(found)];
}

const YES = ['Prometheus monitoring/k8s: yes'];

describe('a monitor is read by the Prometheus whose selectors choose it', () => {
  it.each([
    ['everything, in its own namespace only', 'podMonitorSelector: {}', []],
    ['everything, everywhere', 'podMonitorSelector: {}, podMonitorNamespaceSelector: {}', YES],
    [
      'its label, everywhere',
      'podMonitorSelector: { matchLabels: { release: kube } }, podMonitorNamespaceSelector: {}',
      YES,
    ],
    [
      'another label',
      'podMonitorSelector: { matchLabels: { release: nothing } }, podMonitorNamespaceSelector: {}',
      [],
    ],
    [
      'namespaces by a label',
      "podMonitorSelector: {}, podMonitorNamespaceSelector: { matchLabels: { monitored: 'yes' } }",
      YES,
    ],
    [
      'namespaces by their name',
      'podMonitorSelector: {}, podMonitorNamespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }',
      YES,
    ],
    [
      'other namespaces',
      "podMonitorSelector: {}, podMonitorNamespaceSelector: { matchLabels: { monitored: 'no' } }",
      [],
    ],
    ['nothing, because it has no selector', 'podMonitorNamespaceSelector: {}', []],
    [
      'nothing, because the selector is for another kind',
      'serviceMonitorSelector: {}, serviceMonitorNamespaceSelector: {}',
      [],
    ],
  ])('that selects %s', (_, spec, expected) => {
    expect(readers(TARGET + POD_MONITOR + prometheus(spec))).toEqual(expected);
  });

  it('and only in the namespace of the monitor, if the Prometheus says so', () => {
    const elsewhere = monitor('PodMonitor', 'monitoring', 'podMetricsEndpoints: [{ port: metrics }]');
    const all = 'podMonitorSelector: {}, podMonitorNamespaceSelector: {}';
    expect(readers(TARGET + elsewhere + prometheus(all))).toEqual(YES);
    expect(readers(TARGET + elsewhere + prometheus(`${all}, ignoreNamespaceSelectors: true`))).toEqual([]);
  });

  it('nor by a workload that is called Prometheus, where there are Prometheus objects', () => {
    const other = prometheus('podMonitorSelector: { matchLabels: { release: nothing } }');
    expect(readers(TARGET + POD_MONITOR + workload('prometheus') + other)).toEqual([]);
    expect(readers(TARGET + POD_MONITOR + workload('prometheus'))).toEqual([
      'statefulset/prometheus in namespace monitoring: maybe',
    ]);
  });

  it('whose pods are those of the StatefulSet that the operator made for it', () => {
    const owner =
      ', ownerReferences: [{ apiVersion: monitoring.coreos.com/v1, kind: Prometheus, name: k8s, uid: u, controller: true }]';
    const all = prometheus('podMonitorSelector: {}, podMonitorNamespaceSelector: {}');
    expect(readers(TARGET + POD_MONITOR + all + workload('prometheus-k8s', undefined, owner))).toEqual(YES);
  });

  it('and so is a ScrapeConfig, which names Services', () => {
    const service = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 90, targetPort: metrics }] }
---`;
    const config = monitor('ScrapeConfig', 'shop', "staticConfigs: [{ targets: ['web.shop.svc:90'] }]");
    const selects = 'scrapeConfigSelector: {}, scrapeConfigNamespaceSelector: {}';
    expect(readers(TARGET + service + config + prometheus(selects))).toEqual(YES);
    expect(readers(TARGET + service + config + prometheus('scrapeConfigSelector: {}'))).toEqual([]);
    expect(readers(TARGET + service + config.replace('svc:90', 'svc:91') + prometheus(selects))).toEqual([]);
  });
});

describe('annotations are followed', () => {
  const job = (of: string, discovery = '{ role: pod }', action = 'keep'): string => `
scrape_configs:
  - job_name: annotated
    kubernetes_sd_configs: [${discovery}]
    relabel_configs: [{ source_labels: [__meta_kubernetes_${of}_annotation_prometheus_io_scrape], action: ${action}, regex: true }]
`;
  const SURE = ['statefulset/reader in namespace monitoring: yes'];

  it.each([
    ['a job that keeps what is annotated', job('pod'), SURE],
    ['a job that keeps annotated Services', job('service'), []],
    ['a job that only copies the annotation', job('pod', '{ role: pod }', 'replace'), []],
    ['a job for its namespace', job('pod', '{ role: pod, namespaces: { names: [shop] } }'), SURE],
    ['a job for other namespaces', job('pod', '{ role: pod, namespaces: { names: [data] } }'), []],
    ['a job for its own namespace', job('pod', '{ role: pod, namespaces: { own_namespace: true } }'), []],
    ['another job', 'scrape_configs: [{ job_name: x, static_configs: [{ targets: [a] }] }]', []],
    [
      'a collector with such a job inside',
      `receivers: { prometheus: { config: {${JSON.stringify({ scrape_configs: [{ kubernetes_sd_configs: [{ role: 'pod' }], relabel_configs: [{ action: 'keep', source_labels: ['__meta_kubernetes_pod_annotation_prometheus_io_scrape'] }] }] }).slice(1, -1)}} } }`,
      SURE,
    ],
  ])('by %s', (_, config, expected) => {
    expect(readers(ANNOTATED + workload('reader', config))).toEqual(expected);
  });

  it('perhaps by a Prometheus whose configuration is not there, but surely not by that of linkerd-viz', () => {
    const plain = workload('prometheus');
    expect(readers(ANNOTATED + plain)).toEqual(['statefulset/prometheus in namespace monitoring: maybe']);
    expect(readers(ANNOTATED + plain.replaceAll('namespace: monitoring', 'namespace: linkerd-viz'))).toEqual(
      [],
    );
  });

  it('by a Prometheus object only through a ScrapeConfig, or perhaps through its additional configuration', () => {
    const config = monitor(
      'ScrapeConfig',
      'monitoring',
      'kubernetesSDConfigs: [{ role: Pod }], relabelings: [{ action: Keep, sourceLabels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape] }]',
    );
    expect(readers(ANNOTATED + config + prometheus('scrapeConfigSelector: {}'))).toEqual(YES);
    expect(readers(ANNOTATED + config + prometheus('podMonitorSelector: {}'))).toEqual([]);
    expect(readers(ANNOTATED + prometheus('additionalScrapeConfigs: { name: s, key: k }'))).toEqual([
      'Prometheus monitoring/k8s: maybe',
    ]);
  });
});
