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
  title: 'Only IPv4 networks are listed, but clients may connect over IPv6.',
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
              ? `${label(cluster, source)} lists only IPv4 networks, but the cluster also has IPv6: the same client is refused when it connects over IPv6.`
              : `${label(cluster, source)} lists 0.0.0.0/0, which covers every IPv4 address but no IPv6 address.`,
            remedy: everything ? 'add ::/0' : 'add the IPv6 networks of the clients',
          },
        ];
      }),
    );
  },
};
