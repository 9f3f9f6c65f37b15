import type { Cluster } from '../cluster/cluster';
import { backendsOf, behindService, findService, serviceOf } from '../cluster/services';
import type { Workload } from '../cluster/workload';
import { templateOf, templatePath } from '../cluster/workload';
import { decodeSelector } from '../cluster/field-decoders';
import { isPortNumber } from '../linkerd/ports';
import { matchesSelector } from '../kubernetes/selector';
import { valueAt, asFields, asList, asText, asTextMap, ownValue } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { objectsOf, workloadsIn, allWorkloads } from '../cluster/inventory';
import type { Path } from '../kubernetes/path';
import { label } from '../cluster/labels';
import { hostsIn } from './service-hosts';
import { targetNumbers } from '../workloads/services';

/** A port from which the input tells Prometheus to read metrics. */
export interface ScrapeTarget {
  readonly workload: Workload;
  readonly port: number;
  readonly path: string;
  readonly isHttps: boolean;
  /** What tells: an annotation of the pods or of a Service, or a kind of the Prometheus Operator. */
  readonly told: 'pod' | 'service' | 'ServiceMonitor' | 'PodMonitor' | 'ScrapeConfig';
  /** What in the input says so, in words. */
  readonly by: string;
  readonly object: SourceObject;
  readonly place: Path;
}

/** The API group of the Prometheus Operator. */
export const MONITORING_GROUP = 'monitoring.coreos.com';

export function scrapeTargets(cluster: Cluster): ScrapeTarget[] {
  return [
    ...allWorkloads(cluster).flatMap((workload) => byPodAnnotation(workload)),
    ...objectsOf(cluster, '', 'Service').flatMap((service) => byServiceAnnotation(cluster, service)),
    ...objectsOf(cluster, MONITORING_GROUP, 'ServiceMonitor').flatMap((monitor) =>
      byServiceMonitor(cluster, monitor),
    ),
    ...objectsOf(cluster, MONITORING_GROUP, 'PodMonitor').flatMap((monitor) =>
      byPodMonitor(cluster, monitor),
    ),
    ...objectsOf(cluster, MONITORING_GROUP, 'ScrapeConfig').flatMap((config) =>
      byScrapeConfig(cluster, config),
    ),
  ];
}

function annotated(
  annotations: Readonly<Record<string, string>>,
): { port?: number; path: string; isHttps: boolean } | undefined {
  const value = (key: string): string | undefined => ownValue(annotations, `prometheus.io/${key}`);
  if (value('scrape') !== 'true') return undefined;
  const port = Number(value('port'));
  return {
    ...(isPortNumber(port) ? { port } : {}),
    path: value('path') ?? '/metrics',
    isHttps: value('scheme') === 'https',
  };
}

function byPodAnnotation(workload: Workload): ScrapeTarget[] {
  if (workload.kind === 'externalworkload') return [];
  const found = annotated(asTextMap(templateOf(workload.source).metadata.annotations));
  if (found === undefined) return [];
  const ofProxy: readonly number[] = Object.values(workload.pod.proxyPorts);
  const declared = workload.pod.ports.map(({ number }) => number).filter((port) => !ofProxy.includes(port));
  const place = [...templatePath(workload), 'metadata', 'annotations', 'prometheus.io/scrape'];
  return (found.port === undefined ? declared : [found.port]).map((port) => ({
    workload,
    port,
    path: found.path,
    isHttps: found.isHttps,
    told: 'pod',
    by: 'annotation prometheus.io/scrape of the pods',
    object: workload.source,
    place,
  }));
}

function byServiceAnnotation(cluster: Cluster, service: SourceObject): ScrapeTarget[] {
  const found = annotated(asTextMap(service.object.metadata.annotations));
  if (found === undefined) return [];
  const place = ['metadata', 'annotations', 'prometheus.io/scrape'];
  const by = `annotation prometheus.io/scrape of ${label(cluster, service)}`;
  const common = {
    path: found.path,
    isHttps: found.isHttps,
    told: 'service',
    by,
    object: service,
    place,
  } as const;
  const { port } = found;
  if (port !== undefined) {
    return behindService(cluster, service).map((workload) => ({ ...common, workload, port }));
  }
  return backendsOf(cluster, service).map(({ workload, number }) => ({ ...common, workload, port: number }));
}

function byServiceMonitor(cluster: Cluster, monitor: SourceObject): ScrapeTarget[] {
  const spec = asFields(monitor.object.spec);
  const selector = decodeSelector(spec.selector);
  if (selector === undefined) return [];
  const services = monitoredNamespaces(cluster, monitor).flatMap((namespace) =>
    cluster
      .servicesIn(namespace)
      .filter(({ object }) => matchesSelector(selector, asTextMap(object.metadata.labels))),
  );
  return asList(spec.endpoints).flatMap((endpoint, index) =>
    services.flatMap((service) =>
      behindService(cluster, service).flatMap((workload) =>
        endpointPorts(service, endpoint).flatMap((target) =>
          targetNumbers(target, workload.pod.portNames).map((port) => ({
            ...endpointTarget(cluster, 'ServiceMonitor', monitor, endpoint, ['spec', 'endpoints', index]),
            workload,
            port,
          })),
        ),
      ),
    ),
  );
}

function byPodMonitor(cluster: Cluster, monitor: SourceObject): ScrapeTarget[] {
  const spec = asFields(monitor.object.spec);
  const selector = decodeSelector(spec.selector);
  if (selector === undefined) return [];
  const selected = monitoredNamespaces(cluster, monitor)
    .flatMap((namespace) => workloadsIn(cluster, namespace))
    .filter(({ pod }) => matchesSelector(selector, pod.labels));
  return asList(spec.podMetricsEndpoints).flatMap((endpoint, index) =>
    selected.flatMap((workload) =>
      targetNumbers(
        valueAt(endpoint, 'port') ?? valueAt(endpoint, 'portNumber') ?? valueAt(endpoint, 'targetPort'),
        workload.pod.portNames,
      ).map((port) => ({
        ...endpointTarget(cluster, 'PodMonitor', monitor, endpoint, ['spec', 'podMetricsEndpoints', index]),
        workload,
        port,
      })),
    ),
  );
}

/** The Services that the static targets of a ScrapeConfig name. */
function byScrapeConfig(cluster: Cluster, config: SourceObject): ScrapeTarget[] {
  const { spec } = config.object;
  return asList(valueAt(spec, 'staticConfigs')).flatMap((entry, index) =>
    asList(valueAt(entry, 'targets')).flatMap((target, item) =>
      hostsIn(asText(target) ?? '').flatMap(({ service: name, namespace, port }) => {
        const service = findService(cluster, namespace ?? cluster.namespaceOf(config), name);
        if (service === undefined) return [];
        const place = ['spec', 'staticConfigs', index, 'targets', item];
        const common = endpointTarget(cluster, 'ScrapeConfig', config, spec, place);
        return backendsOf(cluster, service)
          .filter(({ dialledPort }) => dialledPort === (port ?? (common.isHttps ? 443 : 80)))
          .map(({ workload, number }) => ({ ...common, workload, port: number }));
      }),
    ),
  );
}

type OfEndpoint = Pick<ScrapeTarget, 'told' | 'path' | 'isHttps' | 'by' | 'object' | 'place'>;

function endpointTarget(
  cluster: Cluster,
  told: ScrapeTarget['told'],
  object: SourceObject,
  endpoint: unknown,
  place: Path,
): OfEndpoint {
  return {
    told,
    path: asText(valueAt(endpoint, 'path')) ?? asText(valueAt(endpoint, 'metricsPath')) ?? '/metrics',
    isHttps: asText(valueAt(endpoint, 'scheme'))?.toLowerCase() === 'https',
    by: label(cluster, object),
    object,
    place,
  };
}

function monitoredNamespaces(cluster: Cluster, monitor: SourceObject): readonly string[] {
  const chosen = valueAt(monitor.object, 'spec', 'namespaceSelector');
  if (valueAt(chosen, 'any') === true) return cluster.namespaceNames();
  const names = asList(valueAt(chosen, 'matchNames')).filter((name) => typeof name === 'string');
  return names.length > 0 ? names : [cluster.namespaceOf(monitor)];
}

/** `port` is the name of a Service port, `targetPort` a port of the pods. */
function endpointPorts(service: SourceObject, endpoint: unknown): unknown[] {
  const name = valueAt(endpoint, 'port');
  if (name === undefined) return [valueAt(endpoint, 'targetPort')];
  return serviceOf(service)
    .ports.filter((port) => port.name === name)
    .map(({ target }) => target);
}
