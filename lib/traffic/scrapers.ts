import type { Cluster } from '../cluster/cluster';
import type { Workload } from '../cluster/workload';
import { INJECT } from '../linkerd/annotations';
import { namespaceSuffix, workloadIdentity } from '../linkerd/identity';
import { asText, valueAt } from '../kubernetes/fields';
import { access } from '../verdict/access';
import type { ClientReference } from '../verdict/client';
import { ClientSet, ClientIdentities } from '../sets/client-set';
import { possibleClients } from '../verdict/authorized-clients';
import { decide } from '../verdict/decide';
import { mayLetIn } from '../verdict/decision';
import { IdentitySet } from '../sets/identity-set';
import { NetworkSet } from '../sets/network-set';
import type { Traffic } from '../verdict/request';
import { allWorkloads } from '../cluster/inventory';
import { oncePer } from '../basics/collections';
import type { SourceObject } from '../kubernetes/object';
import { isLinkerdNamespace } from '../linkerd/own-namespaces';
import { configuredTexts } from './container-texts';
import { madeFor, prometheusMaker, readsOfObject, prometheusObjects, type Reads } from './prometheus-objects';
import { scrapeJobs } from './scrape-jobs';
import type { ScrapeTarget } from './scrape-targets';

/** A client that reads metrics. */
export interface Scraper {
  readonly label: string;
  readonly client: ClientReference;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Whether it reads what a target asks to be read. */
  readonly reads: (target: ScrapeTarget) => Reads;
}

const NAMES = /prometheus|vmagent|victoria-?metrics-agent|grafana-agent|alloy/i;
/** Companions of Prometheus that do not scrape. */
const OTHERS = /operator|adapter|exporter|alertmanager|pushgateway|webhook|node-/i;
/** Agents that take up monitors by themselves. */
const AGENTS = /vmagent|victoria-?metrics-agent|grafana-agent|alloy/i;

/**
 * Scrapers in the input: Prometheus objects, workloads whose configuration has scrape jobs, and workloads that are called
 * like one.
 */
export const scrapers = oncePer((cluster: Cluster): readonly Scraper[] => {
  const objects = prometheusObjects(cluster);
  const made = new Set(objects.flatMap((source) => madeFor(cluster, source) ?? []));
  const workloads = allWorkloads(cluster).filter(
    (workload) => !made.has(workload) && workload.kind !== 'externalworkload',
  );
  return [
    ...workloads.flatMap((workload) => scraperOf(cluster, workload, objects.length > 0) ?? []),
    ...objects.map((source) => scraperOfObject(cluster, source)),
  ];
});

/** Who reads a target: those that surely do, else those that may. */
export function readersOf(known: readonly Scraper[], target: ScrapeTarget): readonly Scraper[] {
  const sure = known.filter(({ reads }) => reads(target) === 'yes');
  return sure.length > 0 ? sure : known.filter(({ reads }) => reads(target) === 'maybe');
}

function scraperOf(cluster: Cluster, workload: Workload, hasObjects: boolean): Scraper | undefined {
  const { kind, name, namespace, pod } = workload;
  const jobs = configuredTexts(cluster, workload).flatMap(({ text }) => scrapeJobs(text, namespace) ?? []);
  const isNamed = NAMES.test(name) && !OTHERS.test(name);
  if (jobs.length === 0 && !isNamed) return undefined;
  return {
    label: `${kind}/${name} in namespace ${namespace}`,
    client: { workload },
    namespace,
    serviceAccount: pod.serviceAccount,
    reads: ({ told, workload: target }) => {
      if (told !== 'pod' && told !== 'service') {
        const mayTakeUp = AGENTS.test(name) || prometheusMaker(workload) !== undefined || !hasObjects;
        return jobs.length === 0 && mayTakeUp && !isOfLinkerd(cluster, workload) ? 'maybe' : 'no';
      }
      if (jobs.length > 0) {
        return jobs.some((job) => job.followAnnotations(told, target.namespace)) ? 'yes' : 'no';
      }
      return isOfLinkerd(cluster, workload) || prometheusMaker(workload) !== undefined ? 'no' : 'maybe';
    },
  };
}

/** Linkerd's own Prometheus scrapes proxies, and nothing that annotations or monitors ask for. */
function isOfLinkerd(cluster: Cluster, { namespace, pod }: Workload): boolean {
  return isLinkerdNamespace(namespace, cluster.config) || pod.labels['linkerd.io/extension'] === 'viz';
}

function scraperOfObject(cluster: Cluster, source: SourceObject): Scraper {
  const namespace = cluster.namespaceOf(source);
  const { kind, metadata } = source.object;
  const workload = madeFor(cluster, source);
  const serviceAccount =
    workload?.pod.serviceAccount ?? asText(valueAt(source.object, 'spec', 'serviceAccountName')) ?? 'default';
  const inject =
    asText(valueAt(source.object, 'spec', 'podMetadata', 'annotations', INJECT)) ??
    cluster.namespaceMeta(namespace).annotations[INJECT];
  const client: ClientReference =
    inject === 'enabled' || inject === 'ingress'
      ? { tls: 'mesh', identity: workloadIdentity(serviceAccount, namespace, cluster.config) }
      : { tls: 'none' };
  return {
    label: `${kind} ${namespace}/${metadata.name}`,
    client: workload === undefined ? client : { workload },
    namespace,
    serviceAccount,
    reads: readsOfObject(cluster, source),
  };
}

/** Whether any client from outside the namespace gets in. */
export function admitsOutsiders(
  cluster: Cluster,
  workload: Workload,
  port: number,
  traffic: Traffic,
): boolean {
  const { allow, audit, possibly } = access(cluster, workload, port, traffic);
  const labels = namespaceSuffix(workload.namespace, cluster.config).split('.');
  const own = new ClientIdentities(false, false, IdentitySet.of({ kind: 'suffix', labels }));
  return !possibleClients(allow.or(audit).or(possibly)).minus(ClientSet.of(own, NetworkSet.ALL)).isEmpty;
}

/** The scrapers that do not get in. */
export function refusedScrapers(
  cluster: Cluster,
  known: readonly Scraper[],
  workload: Workload,
  port: number,
  traffic: Traffic,
): Scraper[] {
  return known.filter(({ client }) => {
    return !mayLetIn(decide(cluster, { ...workload, port }, client, traffic));
  });
}
