import { containersOf } from '../../cluster/workload';
import { lostProbes } from '../../workloads/kubelet-probes';
import type { Rule } from '../rule';
import { allWorkloads } from '../../cluster/inventory';
import { enumerate, quote } from '../../basics/words';
import { workloadLabel } from '../../cluster/labels';

export const probePortUnknown: Rule = {
  id: 'probe-port-unknown',
  severity: 'error',
  title: 'A probe names a port that its own container does not declare.',
  check(cluster) {
    return allWorkloads(cluster).flatMap((workload) =>
      lostProbes(containersOf(workload)).map(({ probe, container, name, place }) => {
        const siblings = workload.pod.ports
          .filter((port) => port.name === name)
          .map((port) => port.container);
        const elsewhere =
          siblings.length === 0
            ? 'and no other container does either'
            : `only ${enumerate(siblings)} does, which does not count`;
        return {
          object: workload.source,
          path: place,
          text: `The ${probe} of container ${container} of ${workloadLabel(workload)} asks for port ${quote(name)}, which that container does not declare (${elsewhere}): the kubelet cannot find it, so the probe fails, and Linkerd opens no path for it.`,
          remedy: 'write the number of the port, or declare the name in the same container',
        };
      }),
    );
  },
};
