import { containersOf } from '../../cluster/workload';
import { valueAt, asList, inWords } from '../../kubernetes/fields';
import { isTcp } from '../../workloads/ports';
import type { Rule } from '../rule';
import { allWorkloads, isPoliced } from '../../cluster/inventory';
import { workloadLabel } from '../../cluster/labels';

export const udpPort: Rule = {
  id: 'udp-port',
  severity: 'warning',
  title: 'A port is not TCP, so no policy protects it.',
  check(cluster) {
    return allWorkloads(cluster)
      .filter(({ namespace }) => isPoliced(cluster, namespace))
      .flatMap((workload) =>
        containersOf(workload).flatMap(({ container, path }) =>
          asList(container.ports).flatMap((port, index) => {
            if (isTcp(port)) return [];
            const protocol = inWords(valueAt(port, 'protocol'));
            return [
              {
                object: workload.source,
                path: [...path, 'ports', index],
                text: `Port ${inWords(valueAt(port, 'containerPort'))}/${protocol} of ${workloadLabel(workload)} bypasses Linkerd's proxy, which handles TCP only: everyone gets in, whatever the policy of namespace ${workload.namespace} says.`,
                remedy: 'restrict the port with a NetworkPolicy',
              },
            ];
          }),
        ),
      );
  },
};
