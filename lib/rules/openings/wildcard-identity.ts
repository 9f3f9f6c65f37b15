import type { Cluster } from '../../cluster/cluster';
import { matchesIdentity, workloadIdentity } from '../../linkerd/identity';
import type { SourceObject } from '../../kubernetes/object';
import { applicationServers, isAdmin, policiesRequiring, writtenIdentities } from '../effective-policies';
import type { Rule } from '../rule';
import { quote } from '../../basics/words';
import { label } from '../../cluster/labels';

export const wildcardIdentity: Rule = {
  id: 'wildcard-identity',
  severity: 'warning',
  title: 'A wildcard identity spans namespaces.',
  check(cluster) {
    const samples = ['a', 'b'].map((namespace) => workloadIdentity('any', namespace, cluster.config));
    return writtenIdentities(cluster)
      .filter(({ pattern }) => samples.every((identity) => matchesIdentity(pattern, identity)))
      .filter(({ source }) => !isForAdminOnly(cluster, source))
      .map(({ source, path, text }) => ({
        object: source,
        path,
        text: `${label(cluster, source)} admits identity ${quote(text)}: every meshed workload in every namespace, future namespaces included.`,
        remedy: `name the clients: identityRefs of kind ServiceAccount or Namespace, or ${quote(`*.NAMESPACE.${suffix(cluster)}`)}`,
      }));
  },
};

function suffix({ config }: Cluster): string {
  return workloadIdentity('', '', config).slice(2);
}

/** It is harmless if every meshed client can read the proxy's metrics. */
function isForAdminOnly(cluster: Cluster, source: SourceObject): boolean {
  if (source.object.kind === 'ServerAuthorization') {
    const { servers, serverAuthorizations } = cluster.policyOf(cluster.namespaceOf(source));
    const own = serverAuthorizations.find((candidate) => candidate.source === source);
    const selected = servers.filter((server) => own?.selects(server));
    return selected.length > 0 && selected.every(isAdmin);
  }
  const users = policiesRequiring(cluster, source);
  return (
    users.length > 0 &&
    users.every((user) => user.target.kind !== 'route' && applicationServers(cluster, user).length === 0)
  );
}
