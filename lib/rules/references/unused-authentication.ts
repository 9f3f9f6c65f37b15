import { valueAt, asList, asText, inWords } from '../../kubernetes/fields';
import type { Rule } from '../rule';
import { objectsOf } from '../../cluster/inventory';
import { label } from '../../cluster/labels';
import { POLICY_GROUP } from '../../kubernetes/kinds';
import { refersTo } from '../../kubernetes/references';

export const unusedAuthentication: Rule = {
  id: 'unused-authentication',
  severity: 'info',
  title: 'No policy uses an authentication.',
  check(cluster) {
    const used = new Set<string>();
    for (const source of objectsOf(cluster, POLICY_GROUP, 'AuthorizationPolicy')) {
      for (const reference of asList(valueAt(source.object, 'spec', 'requiredAuthenticationRefs'))) {
        const namespace = asText(valueAt(reference, 'namespace')) ?? cluster.namespaceOf(source);
        for (const kind of ['MeshTLSAuthentication', 'NetworkAuthentication']) {
          if (refersTo(reference, POLICY_GROUP, kind))
            used.add(`${kind} ${namespace}/${inWords(valueAt(reference, 'name'))}`);
        }
      }
    }
    return ['MeshTLSAuthentication', 'NetworkAuthentication']
      .flatMap((kind) => objectsOf(cluster, POLICY_GROUP, kind))
      .filter((source) => !used.has(label(cluster, source)))
      .map((source) => ({
        object: source,
        text: `No AuthorizationPolicy in the input requires ${label(cluster, source)}; an authentication alone opens nothing.`,
        remedy: 'delete it, or name it in requiredAuthenticationRefs',
      }));
  },
};
