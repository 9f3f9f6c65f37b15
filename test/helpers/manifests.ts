import { Cluster } from '../../lib/cluster/cluster';
import type { ClusterOptions } from '../../lib/cluster/cluster-options';
import type { Workload } from '../../lib/cluster/workload';
import type { SourceObject } from '../../lib/kubernetes/object';
import { parseManifests } from '../../lib/manifests/parse';

/** A manifest of namespace `shop`; `more` is further metadata. */
export function manifest(apiVersion: string, kind: string, name: string, spec: string, more = ''): string {
  return `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: ${name}, namespace: shop${more === '' ? '' : `, ${more}`} }
spec: ${spec}
---
`;
}

export function objectsIn(text: string, file = 'manifests.yaml'): readonly SourceObject[] {
  return parseManifests(text, file).objects;
}

export function clusterOf(text: string, options: ClusterOptions = {}): Cluster {
  return Cluster.fromObjects(objectsIn(text), options);
}

/** A cluster that refuses nothing of this text; a test whose manifests it would refuse is mistaken. */
export function admittedCluster(text: string, options: ClusterOptions = {}): Cluster {
  const cluster = clusterOf(text, options);
  const refused = cluster.refused.map(({ source, violations }) =>
    [source.object.kind, source.object.metadata.name, ...violations.map(({ message }) => message)].join(' '),
  );
  if (refused.length > 0) throw new Error(refused.join('\n'));
  return cluster;
}

/** A cluster that took everything as it was written, as one does whose webhook was down. */
export function unchecked(text: string, options: ClusterOptions = {}): Cluster {
  return clusterOf(text, { assumeAdmitted: true, ...options });
}

export function workloadOf(cluster: Cluster, name = 'web'): Workload {
  const found = cluster.workloads.find((workload) => workload.name === name);
  if (found === undefined) throw new Error(`no workload ${name}`);
  return found;
}

/** A pod that will be injected, with the labels `app: NAME`. */
export function pod(name: string, container: string, annotations = ''): string {
  const metadata = `labels: { app: ${name} }, annotations: { linkerd.io/inject: enabled${annotations} }`;
  return manifest('v1', 'Pod', name, `{ containers: [${container}] }`, metadata);
}

export function server(name: string, spec: string, more = ''): string {
  return manifest('policy.linkerd.io/v1beta3', 'Server', name, spec, more);
}
