import type { Cluster } from '../cluster/cluster';
import { decodeSelector } from '../cluster/field-decoders';
import { allWorkloads, objectsOf } from '../cluster/inventory';
import type { Workload } from '../cluster/workload';
import { memoized } from '../basics/collections';
import { groupOf } from '../kubernetes/references';
import { asFields, asList, asText, asTextMap, valueAt } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { matchesSelector } from '../kubernetes/selector';
import { annotationLabel } from './scrape-jobs';
import { MONITORING_GROUP, type ScrapeTarget } from './scrape-targets';

/** Whether a scraper reads a target; `maybe` if the input does not have what would tell. */
export type Reads = 'yes' | 'maybe' | 'no';

/** Kinds of the Prometheus Operator that become pods which scrape. */
const KINDS = ['Prometheus', 'PrometheusAgent'];

/** The Prometheus objects of the input, whose pods the operator makes. */
export function prometheusObjects(cluster: Cluster): SourceObject[] {
  return KINDS.flatMap((kind) => objectsOf(cluster, MONITORING_GROUP, kind));
}

/** The Prometheus object that the operator made a workload for, named as `ns/Kind/name`, whether or not it is there. */
export function prometheusMaker({ source, namespace }: Workload): string | undefined {
  const owner = asList(valueAt(source.object, 'metadata', 'ownerReferences')).find(
    (reference) =>
      groupOf(asText(valueAt(reference, 'apiVersion')) ?? '') === MONITORING_GROUP &&
      KINDS.some((kind) => valueAt(reference, 'kind') === kind),
  );
  return owner === undefined
    ? undefined
    : `${namespace}/${String(valueAt(owner, 'kind'))}/${String(valueAt(owner, 'name'))}`;
}

/** The workload that the operator made for a Prometheus object, if the input has it. */
export function madeFor(cluster: Cluster, source: SourceObject): Workload | undefined {
  const { kind, metadata } = source.object;
  const maker = `${cluster.namespaceOf(source)}/${kind}/${metadata.name}`;
  return allWorkloads(cluster).find((workload) => prometheusMaker(workload) === maker);
}

/** Whether a Prometheus object reads a target: by its selectors, as the operator evaluates them. */
export function readsOfObject(cluster: Cluster, prometheus: SourceObject): (target: ScrapeTarget) => Reads {
  const known = new Map<unknown, Reads>();
  const isBound = valueAt(prometheus.object, 'spec', 'ignoreNamespaceSelectors') === true;
  return ({ told, object, workload }) => {
    if (told === 'pod' || told === 'service') {
      return memoized(known, told, () => followsAnnotations(cluster, prometheus, told));
    }
    if (isBound && workload.namespace !== cluster.namespaceOf(object)) return 'no';
    return memoized(known, object, () => (selects(cluster, prometheus, object) ? 'yes' : 'no'));
  };
}

const FIELDS = { ServiceMonitor: 'serviceMonitor', PodMonitor: 'podMonitor', ScrapeConfig: 'scrapeConfig' };

/** No selector selects nothing, an empty one everything; without one for namespaces, only its own counts. */
function selects(cluster: Cluster, prometheus: SourceObject, monitor: SourceObject): boolean {
  const field = FIELDS[monitor.object.kind as keyof typeof FIELDS];
  const spec = asFields(prometheus.object.spec);
  if (!matches(spec[`${field}Selector`], asTextMap(monitor.object.metadata.labels))) return false;
  const namespace = cluster.namespaceOf(monitor);
  const chosen = spec[`${field}NamespaceSelector`];
  if (chosen === undefined || chosen === null) return namespace === cluster.namespaceOf(prometheus);
  const { labels } = cluster.namespaceMeta(namespace);
  return matches(chosen, { 'kubernetes.io/metadata.name': namespace, ...labels });
}

function matches(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  if (selector === undefined || selector === null) return false;
  const decoded = decodeSelector(selector);
  return decoded !== undefined && matchesSelector(decoded, labels);
}

/** The operator writes no job for annotations: somebody adds one, in a ScrapeConfig, or in a Secret that nobody reads. */
function followsAnnotations(cluster: Cluster, prometheus: SourceObject, of: 'pod' | 'service'): Reads {
  const isAsked = objectsOf(cluster, MONITORING_GROUP, 'ScrapeConfig')
    .filter((config) => selects(cluster, prometheus, config))
    .some((config) =>
      asList(valueAt(config.object, 'spec', 'relabelings'))
        .flatMap((rule) => asList(valueAt(rule, 'sourceLabels')))
        .includes(annotationLabel(of)),
    );
  if (isAsked) return 'yes';
  return valueAt(prometheus.object, 'spec', 'additionalScrapeConfigs') === undefined ? 'no' : 'maybe';
}
