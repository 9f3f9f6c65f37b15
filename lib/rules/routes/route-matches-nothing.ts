import type { Rule } from '../rule';
import { enumerate } from '../../basics/words';
import { label } from '../../cluster/labels';

export const routeMatchesNothing: Rule = {
  id: 'route-matches-nothing',
  severity: 'warning',
  title: 'A route of a Server has no rules, so every request is answered with 404.',
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
            text: `${label(cluster, route.source)} has no rules and matches nothing. Because Server ${enumerate(attached)} has a route now, its automatic routes (also the one for probes) are gone, and what no other route matches is answered with 404${route.kind === 'grpc' ? ' (NOT_FOUND)' : ''}.`,
            remedy:
              route.kind === 'grpc'
                ? 'add rules: [{}] to match every call'
                : 'leave rules out altogether to match every request, or write rules with matches',
          },
        ];
      });
    });
  },
};
