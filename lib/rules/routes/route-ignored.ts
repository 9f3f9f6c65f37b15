import { parentServers } from '../../cluster/route-decode';
import { isRouteKind } from '../inbound-routes';
import type { Rule } from '../rule';
import { enumerate } from '../../basics/words';
import { label } from '../../cluster/labels';

export const routeIgnored: Rule = {
  id: 'route-ignored',
  severity: 'error',
  title: 'Linkerd ignores a route of a Server, though its status says Accepted.',
  check(cluster) {
    return cluster.namespaceNames().flatMap((namespace) =>
      cluster
        .policyOf(namespace)
        .ignored.filter(({ source }) => isRouteKind(source.object.kind))
        .flatMap(({ source, reason }) => {
          const servers = parentServers(source, namespace).map(({ name }) => name);
          if (servers.length === 0) return [];
          return [
            {
              object: source,
              path: ['spec', reason.includes('filter') || reason.includes('match') ? 'rules' : 'parentRefs'],
              text: `${label(cluster, source)} has no effect on Server ${enumerate(servers)}: ${reason}. The whole route is ignored, so requests are judged as if it were not there, and policies for it open nothing.`,
              remedy:
                'name a Server of the same namespace without port and sectionName, and use no filters but RequestHeaderModifier and RequestRedirect',
            },
          ];
        }),
    );
  },
};
