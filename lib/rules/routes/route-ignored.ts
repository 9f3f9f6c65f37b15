import { parentServers } from '../../cluster/route-decode';
import type { Rule } from '../rule';
import { enumerate } from '../../basics/words';
import { label } from '../../cluster/labels';

export const routeIgnored: Rule = {
  id: 'route-ignored',
  severity: 'error',
  title: 'Linkerd ignores a route attached to a Server, though its status says Accepted.',
  check(cluster) {
    return cluster.namespaceNames().flatMap((namespace) =>
      cluster.policyOf(namespace).ignoredRoutes.flatMap(({ source, kind, reason }) => {
        const servers = parentServers(source, namespace).map(({ name }) => name);
        if (servers.length === 0) return [];
        return [
          {
            object: source,
            path: ['spec', kind === 'parent' ? 'parentRefs' : 'rules'],
            text: `${label(cluster, source)} has no effect on Server ${enumerate(servers)}: ${reason}. Linkerd ignores the whole route: requests are handled as if it did not exist, and policies that target it open nothing.`,
            remedy:
              'name a Server in the same namespace, without port or sectionName, and use only the filters RequestHeaderModifier and RequestRedirect',
          },
        ];
      }),
    );
  },
};
