import { INJECT } from '../linkerd/annotations';
import type { Cluster } from './cluster';
import { restartOf } from './restart';
import type { Workload } from './workload';

/** What to do about a workload that has no proxy, whoever says so. */
export function meshRemedy(cluster: Cluster, workload: Workload): string {
  const { injection, source, namespace } = workload;
  const where = source.object.kind === 'Pod' ? 'the pod' : 'the pod template';
  switch (injection.cause) {
    case undefined:
    case 'nobody-asks':
      return `annotate the Namespace (or ${where}) with ${INJECT}: enabled and restart; if it should stay outside the mesh, protect it with a NetworkPolicy`;
    case 'already-running':
      return `${restartOf(cluster, workload)} so that its pods are injected`;
    case 'host-network':
      return "pods on the host network cannot be meshed, and most network plugins exempt them from NetworkPolicy: move it out of this namespace, and keep clients away with a firewall on the nodes, or take away hostNetwork if it does not need the node's network";
    case 'pod-opts-out':
      return `remove ${INJECT}: disabled from ${where} and restart; if it should stay outside the mesh, protect it with a NetworkPolicy`;
    case 'has-sidecar':
      return "a pod can have one mesh's proxy only: take the other one out of it, or move the workload to a namespace that Linkerd's policy is not meant for";
    case 'exempt-namespace':
      return `move it to a namespace that Linkerd injects into; it never does in ${namespace}`;
    case 'webhooks-disabled':
      return 'remove that label from the Namespace and restart, or move the workload to another namespace';
    case 'exempt-pod':
      return `remove that label from ${where} and restart`;
    case 'annotation-invalid':
      return `write ${INJECT}: enabled and restart`;
    case 'proxy-without-label':
    case 'foreign-proxy':
    case 'proxy-without-init':
      return `take the container linkerd-proxy out of ${where} and have Linkerd inject its own`;
    case 'unreadable':
      return 'write it as workload.linkerd.io/v1beta1, with meshTLS, and with an ip in each item of workloadIPs';
  }
}

/** What an unmeshed workload lays open, as one or two sentences. */
export function exposureOf({ pod }: Workload): string {
  return pod.ports.length === 0
    ? 'It declares no port, but should it listen on one, everyone on the network can reach it.'
    : 'No policy protects it: everyone on the network can reach every port.';
}
