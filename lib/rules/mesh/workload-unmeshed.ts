import type { Workload } from '../../cluster/workload';
import type { Cluster } from '../../cluster/cluster';
import type { Observation, Rule } from '../rule';
import { everyWorkload, isPoliced } from '../../cluster/inventory';
import { workloadLabel } from '../../cluster/labels';
import { exposureOf, meshRemedy } from '../../cluster/unmeshed';
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
    // One for each, so that accepting one accepts no other.
    return bare.map((workload) => observe(cluster, workload));
  },
};

/** Workloads created by another one add nothing new, except pods that are already running. */
function isStandIn({ isMadeByInput, kind, injection }: Workload): boolean {
  return isMadeByInput && !(kind === 'pod' && injection.cause === 'already-running');
}

function observe(cluster: Cluster, workload: Workload): Observation {
  const { source, namespace, injection, kind } = workload;
  const name = `${workloadLabel(workload)} in namespace ${namespace}`;
  const remedy = meshRemedy(cluster, workload);
  if (injection.cause === 'unreadable')
    return {
      object: source,
      path: ['spec'],
      text: `${name} cannot be read by Linkerd: ${injection.reason}.`,
      remedy,
    };
  const runs = kind === 'pod' && injection.cause === 'already-running' ? 'runs' : 'will run';
  return {
    object: source,
    path: templatePath(workload).length === 0 ? ['spec'] : templatePath(workload),
    text: `${name} ${runs} without Linkerd's proxy: ${injection.reason}. ${exposureOf(workload)} It has no mesh identity either, so no policy can admit it by name.`,
    remedy,
  };
}
