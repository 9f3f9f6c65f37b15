import { egressNetworks, GLOBAL_EGRESS_NAMESPACE } from './egress-networks';
import type { Rule } from '../rule';
import { groupBy } from '../../basics/collections';
import { enumerate } from '../../basics/words';
import { label } from '../../cluster/labels';

export const egressShadowsGlobal: Rule = {
  id: 'egress-shadows-global',
  severity: 'warning',
  title: 'An EgressNetwork of a namespace puts the global ones out of force there.',
  check(cluster) {
    const byNamespace = groupBy(egressNetworks(cluster), (source) => cluster.namespaceOf(source));
    const global = byNamespace.get(GLOBAL_EGRESS_NAMESPACE) ?? [];
    if (global.length === 0) return [];
    return [...byNamespace]
      .filter(([namespace]) => namespace !== GLOBAL_EGRESS_NAMESPACE)
      .flatMap(([namespace, [first]]) =>
        first === undefined
          ? []
          : [
              {
                object: first,
                text: `Because of ${label(cluster, first)} nothing of namespace ${GLOBAL_EGRESS_NAMESPACE} (${enumerate(global.map(({ object }) => object.metadata.name))}) applies to pods of namespace ${namespace}, not even for destinations outside this one's networks: those are free.`,
                remedy: `repeat here what the global EgressNetworks say, or move this one to ${GLOBAL_EGRESS_NAMESPACE}`,
              },
            ],
      );
  },
};
