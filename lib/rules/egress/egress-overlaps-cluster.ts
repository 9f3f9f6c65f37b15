import { decodeNetworks } from '../../cluster/field-decoders';
import { containsNetwork, overlaps, parseNetwork } from '../../linkerd/network';
import { valueAt, asList, inWords } from '../../kubernetes/fields';
import { egressNetworks } from './egress-networks';
import type { Rule } from '../rule';
import { enumerate } from '../../basics/words';
import { label } from '../../cluster/labels';

export const egressOverlapsCluster: Rule = {
  id: 'egress-overlaps-cluster',
  severity: 'error',
  title: "An EgressNetwork overlaps the cluster's own networks.",
  check(cluster) {
    return egressNetworks(cluster).flatMap((source) =>
      (decodeNetworks(valueAt(source.object, 'spec', 'networks')) ?? []).flatMap(
        ({ network, except }, index) => {
          const touched = cluster.config.clusterNetworks.filter((cidr) => {
            const known = parseNetwork(cidr);
            if (known === undefined || !overlaps(known, network)) return false;
            return !except.some((hole) => containsNetwork(hole, known));
          });
          if (touched.length === 0) return [];
          const cidr = inWords(valueAt(asList(valueAt(source.object, 'spec', 'networks'))[index], 'cidr'));
          return [
            {
              object: source,
              path: ['spec', 'networks', index],
              text: `${label(cluster, source)} contains ${cidr}, which overlaps the cluster's own networks (${enumerate(touched)}). Linkerd does not accept it (EgressReasonNetworkOverlap), so its routes have no effect, yet it still captures connections to pods there.`,
              remedy: `leave networks out, which means everything outside the cluster, or add except: [${touched.join(', ')}]`,
            },
          ];
        },
      ),
    );
  },
};
