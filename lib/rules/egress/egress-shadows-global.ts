import { egressNetworks, GLOBAL_EGRESS_NAMESPACE } from './egress-networks';
import type { Rule } from '../rule';
import { groupBy } from '../../basics/collections';
import { enumerate } from '../../basics/words';
import { label } from '../../cluster/labels';

export const egressShadowsGlobal: Rule = {
  id: 'egress-shadows-global',
  severity: 'warning',
  title: "A namespace's EgressNetwork disables the global ones there.",
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
                text: `Because of ${label(cluster, first)}, no EgressNetwork of namespace ${GLOBAL_EGRESS_NAMESPACE} (${enumerate(global.map(({ object }) => object.metadata.name))}) applies to pods in namespace ${namespace}, not even to destinations outside this one's networks: those are unrestricted.`,
                remedy: `repeat the global EgressNetworks in this namespace, or move this one to ${GLOBAL_EGRESS_NAMESPACE}`,
              },
            ],
      );
  },
};
