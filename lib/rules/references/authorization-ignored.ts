import type { IneffectiveObject } from '../../cluster/client-authorization';
import { isEffective } from '../../cluster/policy-index';
import type { Rule } from '../rule';
import { label } from '../../cluster/labels';

export const authorizationIgnored: Rule = {
  id: 'authorization-ignored',
  severity: 'error',
  title: 'An authorization has no effect because something it needs is missing or empty.',
  check(cluster) {
    return cluster.namespaceNames().flatMap((namespace) => {
      const { authorizationPolicies, serverAuthorizations } = cluster.policyOf(namespace);
      const authorizations = [...authorizationPolicies, ...serverAuthorizations].map(
        ({ authorization }) => authorization,
      );
      return authorizations
        .filter((authorization): authorization is IneffectiveObject => !isEffective(authorization))
        .map(({ source, reason }) => ({
          object: source,
          path:
            source.object.kind === 'ServerAuthorization'
              ? ['spec', 'client']
              : ['spec', 'requiredAuthenticationRefs'],
          text: `${label(cluster, source)} lets nobody in: ${reason}. Linkerd drops the whole object with only a line in the controller's log, so it opens nothing to the clients it is meant for.`,
          remedy:
            source.object.kind === 'ServerAuthorization'
              ? 'set client.unauthenticated: true, or client.meshTLS with identities or serviceAccounts'
              : 'add the missing object to the manifests, or correct the kind, name and namespace of the reference',
        }));
    });
  },
};
