import { enumerate } from '../../basics/words';
import type { Cluster } from '../../cluster/cluster';
import { decodeNetworks } from '../../cluster/field-decoders';
import { objectsOf } from '../../cluster/inventory';
import { label } from '../../cluster/labels';
import type { Server } from '../../cluster/server';
import { asList, inWords, valueAt } from '../../kubernetes/fields';
import { POLICY_GROUP } from '../../kubernetes/kinds';
import type { SourceObject } from '../../kubernetes/object';
import type { NetworkMatch } from '../../linkerd/network-match';
import { NetworkSet } from '../../sets/network-set';
import { policiesRequiring, type EffectivePolicy } from '../effective-policies';
import type { Observation, Rule } from '../rule';

export const placeholderNetwork: Rule = {
  id: 'placeholder-network',
  severity: 'error',
  title: 'A network that is let in is only a placeholder.',
  check(cluster) {
    const authentications = objectsOf(cluster, POLICY_GROUP, 'NetworkAuthentication').flatMap((source) => {
      const placeholders = placeholdersOf(source, ['spec', 'networks']);
      if (placeholders.length === 0) return [];
      const policies = policiesRequiring(cluster, source);
      if (policies.length === 0) return []; // left to unused-authentication
      return observe(
        cluster,
        source,
        placeholders,
        policies.flatMap((policy) => serversOf(cluster, policy)),
      );
    });
    const authorizations = objectsOf(cluster, POLICY_GROUP, 'ServerAuthorization').flatMap((source) => {
      const placeholders = placeholdersOf(source, ['spec', 'client', 'networks']);
      if (placeholders.length === 0) return [];
      const { serverAuthorizations, servers } = cluster.policyOf(cluster.namespaceOf(source));
      const own = serverAuthorizations.find((authorization) => authorization.source === source);
      return observe(
        cluster,
        source,
        placeholders,
        servers.filter((server) => own?.selects(server)),
      );
    });
    return [...authentications, ...authorizations];
  },
};

interface Placeholder {
  readonly cidr: string;
  readonly path: readonly (string | number)[];
}

/** The networks of a list that hold nothing but addresses of examples. */
function placeholdersOf(source: SourceObject, path: readonly string[]): Placeholder[] {
  const written = asList(valueAt(source.object, ...path));
  return (decodeNetworks(written) ?? []).flatMap((item, index) =>
    isPlaceholder(item)
      ? [{ cidr: inWords(valueAt(written[index], 'cidr')), path: [...path, index, 'cidr'] }]
      : [],
  );
}

function isPlaceholder(item: NetworkMatch): boolean {
  const set = NetworkSet.fromItems([item]);
  return !set.isEmpty && set.minus(NetworkSet.DOCUMENTATION).isEmpty;
}

/** The Servers that a policy opens; of a route, those of its namespace. */
function serversOf(cluster: Cluster, { namespace, target }: EffectivePolicy): readonly Server[] {
  const { servers } = cluster.policyOf(namespace);
  return target.kind === 'server' ? servers.filter(({ name }) => name === target.name) : servers;
}

function observe(
  cluster: Cluster,
  source: SourceObject,
  placeholders: readonly Placeholder[],
  servers: readonly Server[],
): Observation[] {
  const names = [...new Set(servers.map(({ name }) => name))];
  const into = names.length === 0 ? '' : ` into ${enumerate(names, 3)}`;
  const enforced = servers.filter(({ accessPolicy }) => accessPolicy !== 'audit');
  const isAudit = servers.length > 0 && enforced.length === 0;
  const effect = isAudit
    ? 'audit mode still lets in the clients that it stands for; in deny mode they are refused'
    : 'the clients that it stands for are refused';
  return placeholders.map(({ cidr, path }) => ({
    object: source,
    path,
    severity: isAudit ? 'warning' : 'error',
    text: `${label(cluster, source)} lets ${cidr}${into}, which is reserved for documentation, so nobody has such an address: ${effect}.`,
    remedy:
      'put the real addresses in its place: those of the nodes for probes, those of the control plane for webhooks (in an app that init wrote, the constants NODES and API_SERVER)',
  }));
}
