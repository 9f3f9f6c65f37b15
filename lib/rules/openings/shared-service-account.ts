import type { ClientAuthorization } from '../../cluster/client-authorization';
import type { Workload } from '../../cluster/workload';
import { effectivePolicies } from '../effective-policies';
import { isEffective } from '../../cluster/policy-index';
import type { SourceObject } from '../../kubernetes/object';
import type { Cluster } from '../../cluster/cluster';
import type { Rule } from '../rule';
import { allWorkloads } from '../../cluster/inventory';
import { groupBy } from '../../basics/collections';
import { enumerate } from '../../basics/words';
import { label, workloadLabel } from '../../cluster/labels';

export const sharedServiceAccount: Rule = {
  id: 'shared-service-account',
  severity: 'warning',
  title: 'A policy names a ServiceAccount that several applications share.',
  check(cluster) {
    const byIdentity = groupBy(
      allWorkloads(cluster).filter(({ identity }) => identity !== undefined),
      ({ identity }) => identity ?? '',
    );
    return effectiveAuthorizations(cluster).flatMap(({ source, authorization: { authentication } }) => {
      if (authentication.kind !== 'identities') return [];
      return authentication.patterns.flatMap((pattern) => {
        const sharing = pattern.kind === 'exact' ? (byIdentity.get(pattern.name) ?? []) : [];
        const [first] = sharing;
        if (first === undefined || new Set(sharing.map(application)).size < 2) return [];
        return [
          {
            object: source,
            text: `${label(cluster, source)} admits ServiceAccount ${first.pod.serviceAccount} of namespace ${first.namespace}, which ${enumerate(sharing.map(workloadLabel))} share: Linkerd cannot tell them apart, so all of them get in.`,
            remedy:
              'give each application its own ServiceAccount (spec.serviceAccountName), and name the one that should get in',
          },
        ];
      });
    });
  },
};

function effectiveAuthorizations(
  cluster: Cluster,
): { source: SourceObject; authorization: ClientAuthorization }[] {
  const ofServers = cluster
    .namespaceNames()
    .flatMap((namespace) =>
      cluster
        .policyOf(namespace)
        .serverAuthorizations.flatMap(({ source, authorization }) =>
          isEffective(authorization) ? [{ source, authorization }] : [],
        ),
    );
  return [...effectivePolicies(cluster), ...ofServers];
}

const APPLICATION_LABELS = ['app.kubernetes.io/name', 'app', 'k8s-app'];

/** Versions and parts of one application may share an account: they need not be told apart. */
function application(workload: Workload): string {
  const { labels } = workload.pod;
  const key = APPLICATION_LABELS.find((candidate) => Object.hasOwn(labels, candidate));
  return (key === undefined ? undefined : labels[key]) ?? workloadLabel(workload);
}
