import { Cluster, type ClusterOptions } from '../../lib/cluster/cluster';
import type { Workload } from '../../lib/cluster/workload';
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

/** A cluster that took everything as it was written, as one does whose webhook was down. */
export function unchecked(text: string, options: ClusterOptions = {}): Cluster {
  return clusterOf(text, { assumeAdmitted: true, ...options });
}

export function clusterOf(text: string, options: ClusterOptions = {}): Cluster {
  return Cluster.fromObjects(parseManifests(text, 'a.yaml').objects, options);
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
