import { decodeNetworks } from '../../cluster/field-decoders';
import { valueAt } from '../../kubernetes/fields';
import { isDualStack, isEverything } from '../../traffic/node-networks';
import type { Rule } from '../rule';
import { objectsOf } from '../../cluster/inventory';
import { label } from '../../cluster/labels';
import { POLICY_GROUP } from '../../kubernetes/kinds';

const KINDS = [
  ['NetworkAuthentication', ['spec', 'networks']],
  ['ServerAuthorization', ['spec', 'client', 'networks']],
] as const;

export const networkIpv4Only: Rule = {
  id: 'network-ipv4-only',
  severity: 'warning',
  title: 'Networks are IPv4 only, and clients may come by IPv6.',
  check(cluster) {
    const dual = isDualStack(cluster);
    return KINDS.flatMap(([kind, path]) =>
      objectsOf(cluster, POLICY_GROUP, kind).flatMap((source) => {
        const networks = (decodeNetworks(valueAt(source.object, ...path)) ?? []).map(
          ({ network }) => network,
        );
        const isIpv4 = networks.length > 0 && networks.every(({ family }) => family === 4);
        const everything = networks.some(isEverything);
        if (!isIpv4 || !(dual || everything)) return [];
        return [
          {
            object: source,
            path,
            severity: dual ? 'warning' : 'info',
            text: dual
              ? `${label(cluster, source)} lists IPv4 networks only, but the cluster has IPv6 as well: the same client is refused when it comes by IPv6.`
              : `${label(cluster, source)} lists 0.0.0.0/0, which is every IPv4 address and no IPv6 address.`,
            remedy: everything ? 'add ::/0' : 'add the IPv6 networks of the clients',
          },
        ];
      }),
    );
  },
};
