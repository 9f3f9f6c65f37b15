import { valueAt } from '../../kubernetes/fields';
import type { Rule } from '../rule';
import { objectsOf } from '../../cluster/inventory';
import { label } from '../../cluster/labels';
import { POLICY_GROUP } from '../../kubernetes/kinds';

export const authorizationAdmitsEveryone: Rule = {
  id: 'authorization-admits-everyone',
  severity: 'error',
  title: 'An AuthorizationPolicy requires no authentication, so it admits everyone.',
  check(cluster) {
    return objectsOf(cluster, POLICY_GROUP, 'AuthorizationPolicy').flatMap((source) => {
      const required = valueAt(source.object, 'spec', 'requiredAuthenticationRefs');
      if (!Array.isArray(required) || required.length > 0) return [];
      const target = valueAt(source.object, 'spec', 'targetRef', 'kind');
      const where = target === 'Namespace' ? 'every Server of the namespace' : `this ${String(target)}`;
      return [
        {
          object: source,
          path: ['spec', 'requiredAuthenticationRefs'],
          text: `${label(cluster, source)} has requiredAuthenticationRefs: [], which lets everyone into ${where}, meshed or not, from any address. An empty list does not mean nobody.`,
          remedy:
            'name the clients (a ServiceAccount, a MeshTLSAuthentication or a NetworkAuthentication); if everyone should get in, name a NetworkAuthentication of 0.0.0.0/0 and ::/0 so that readers can see it',
        },
      ];
    });
  },
};
