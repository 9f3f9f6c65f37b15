import type { Rule } from '../rule';
import { enumerate } from '../../basics/words';
import { label } from '../../cluster/labels';

export const routeMatchesNothing: Rule = {
  id: 'route-matches-nothing',
  severity: 'warning',
  title: 'A route attached to a Server has no rules, so every request gets a 404.',
  check(cluster) {
    return cluster.namespaceNames().flatMap((namespace) => {
      const { routes, servers } = cluster.policyOf(namespace);
      return routes.flatMap((route) => {
        const attached = servers.filter(({ name }) => route.servers.includes(name)).map(({ name }) => name);
        if (route.rules.length > 0 || attached.length === 0) return [];
        return [
          {
            object: route.source,
            path: ['spec', 'rules'],
            text: `${label(cluster, route.source)} has no rules, so it matches nothing. Because a route is attached to Server ${enumerate(attached)}, its automatic routes, probes included, are gone, and any request that no other route matches gets a 404${route.kind === 'grpc' ? ' (NOT_FOUND)' : ''}.`,
            remedy:
              route.kind === 'grpc'
                ? 'add rules: [{}] to match every call'
                : 'omit rules to match every request, or write rules with matches',
          },
        ];
      });
    });
  },
};
