import { containersOf } from '../../cluster/workload';
import { lostProbes } from '../../workloads/kubelet-probes';
import type { Rule } from '../rule';
import { allWorkloads } from '../../cluster/inventory';
import { enumerate, quote } from '../../basics/words';
import { workloadLabel } from '../../cluster/labels';

export const probePortUnknown: Rule = {
  id: 'probe-port-unknown',
  severity: 'error',
  title: 'A probe names a port that its container does not declare.',
  check(cluster) {
    return allWorkloads(cluster).flatMap((workload) =>
      lostProbes(containersOf(workload)).map(({ probe, container, name, place }) => {
        const siblings = workload.pod.ports
          .filter((port) => port.name === name)
          .map((port) => port.container);
        const elsewhere =
          siblings.length === 0
            ? 'nor does any other container'
            : `${enumerate(siblings)} ${siblings.length === 1 ? 'does' : 'do'}, but that does not count`;
        return {
          object: workload.source,
          path: place,
          text: `The ${probe} of container ${container} of ${workloadLabel(workload)} uses port ${quote(name)}, which that container does not declare (${elsewhere}): the kubelet cannot find it, so the probe fails, and Linkerd does not open a path for it.`,
          remedy: 'write the port number, or declare the name in the same container',
        };
      }),
    );
  },
};
