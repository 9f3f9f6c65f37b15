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
import { allWorkloads, objectsOf } from '../cluster/inventory';

/** A client that reads metrics. */
export interface Scraper {
  readonly label: string;
  readonly client: ClientReference;
  readonly namespace: string;
  readonly serviceAccount: string;
}

const NAMES = /prometheus|vmagent|victoria-?metrics-agent|grafana-agent|alloy/i;
/** Companions of Prometheus that do not scrape. */
const OTHERS = /operator|adapter|exporter|alertmanager|pushgateway|webhook|node-/i;

/** Scrapers in the input: workloads, recognized by name, and Prometheus objects, whose pods are not in the files. */
export function scrapers(cluster: Cluster): Scraper[] {
  const workloads = allWorkloads(cluster)
    .filter(({ name }) => NAMES.test(name) && !OTHERS.test(name))
    .map((workload) => ({
      label: `${workload.kind}/${workload.name} in namespace ${workload.namespace}`,
      client: { workload },
      namespace: workload.namespace,
      serviceAccount: workload.pod.serviceAccount,
    }));
  const objects = objectsOf(cluster, 'monitoring.coreos.com', 'Prometheus').map((source): Scraper => {
    const namespace = cluster.namespaceOf(source);
    const serviceAccount = asText(valueAt(source.object, 'spec', 'serviceAccountName')) ?? 'default';
    const inject =
      asText(valueAt(source.object, 'spec', 'podMetadata', 'annotations', INJECT)) ??
      cluster.namespaceMeta(namespace).annotations[INJECT];
    const client: ClientReference =
      inject === 'enabled' || inject === 'ingress'
        ? { tls: 'mesh', identity: workloadIdentity(serviceAccount, namespace, cluster.config) }
        : { tls: 'none' };
    return {
      label: `Prometheus ${namespace}/${source.object.metadata.name}`,
      client,
      namespace,
      serviceAccount,
    };
  });
  return [...workloads, ...objects];
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
