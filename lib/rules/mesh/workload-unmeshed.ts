import type { Workload } from '../../cluster/workload';
import { INJECT } from '../../linkerd/annotations';
import type { Observation, Rule } from '../rule';
import { everyWorkload, isPoliced } from '../../cluster/inventory';
import { groupBy } from '../../basics/collections';
import { enumerate } from '../../basics/words';
import { workloadLabel } from '../../cluster/labels';
import { templatePath } from '../../cluster/workload';

export const workloadUnmeshed: Rule = {
  id: 'workload-unmeshed',
  severity: 'error',
  title: 'A workload in a namespace that policy should protect has no proxy.',
  check(cluster) {
    const bare = everyWorkload(cluster).filter(
      (workload) =>
        !workload.injection.meshed &&
        (isPoliced(cluster, workload.namespace) || workload.kind === 'externalworkload') &&
        !isStandIn(workload),
    );
    const alike = groupBy(bare, ({ namespace, injection }) => `${namespace}: ${injection.reason}`);
    return [...alike.values()].map((workloads) => observe(workloads as [Workload, ...Workload[]]));
  },
};

/** Workloads created by another one add nothing new, except pods that are already running. */
function isStandIn({ isMadeByInput, kind, injection }: Workload): boolean {
  return isMadeByInput && !(kind === 'pod' && injection.cause === 'already-running');
}

function observe(workloads: readonly [Workload, ...Workload[]]): Observation {
  const [first] = workloads;
  const { reason } = first.injection;
  const names = enumerate(workloads.map(workloadLabel));
  if (first.injection.cause === 'unreadable')
    return {
      object: first.source,
      path: ['spec'],
      text: `${names} in namespace ${first.namespace} cannot be read by Linkerd: ${reason}.`,
      remedy:
        'write it as workload.linkerd.io/v1beta1, with meshTLS, and with an ip in each item of workloadIPs',
    };
  const [them, they] = workloads.length === 1 ? ['it', 'It'] : ['them', 'They'];
  return {
    object: first.source,
    path: templatePath(first).length === 0 ? ['spec'] : templatePath(first),
    text: `${names} in namespace ${first.namespace} will run without Linkerd's proxy: ${reason}. No policy protects ${them}: everyone on the network can reach every port. ${they} ${workloads.length === 1 ? 'has' : 'have'} no mesh identity either, so no policy can admit ${them} by name.`,
    remedy: remedyFor(first),
  };
}

function remedyFor({ injection, source }: Workload): string {
  if (injection.cause === 'already-running') return 'restart the workload so that its pods are injected';
  if (injection.cause === 'host-network')
    return 'pods on the host network cannot be meshed: move it out of this namespace, or protect it with a NetworkPolicy or a firewall';
  const where = source.object.kind === 'Pod' ? 'the pod' : 'the pod template';
  if (injection.cause === 'pod-opts-out')
    return `remove ${INJECT}: disabled from ${where} and restart; if it should stay outside the mesh, protect it with a NetworkPolicy`;
  return `annotate the Namespace (or ${where}) with ${INJECT}: enabled and restart; if it should stay outside the mesh, protect it with a NetworkPolicy`;
}
