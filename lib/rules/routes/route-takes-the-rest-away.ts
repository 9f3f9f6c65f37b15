import { ClientSet } from '../../sets/client-set';
import type { Rule } from '../rule';
import { policyOfServer } from '../policy-of-server';
import { allServers } from '../../cluster/inventory';
import { label } from '../../cluster/labels';
import type { Route } from '../../cluster/route';
import { segmentsOf } from '../../sets/path-tree';
import { clientsOf, deliberate } from '../../verdict/authorized-clients';
import { requestRegions } from '../../verdict/request-regions';
import { enumerate } from '../../basics/words';

/** What an application is watched by, not what it is there for. */
const OPERATIONS: ReadonlySet<string> = new Set([
  ...['actuator', 'health', 'healthz', 'live', 'livez', 'metrics', 'ping', 'ready', 'readyz', 'status'],
]);

export const routeTakesTheRestAway: Rule = {
  id: 'route-takes-the-rest-away',
  severity: 'warning',
  title:
    'Routes of a Server take single paths only, so that everything else on the port is answered with 404.',
  check(cluster) {
    return allServers(cluster).flatMap((server) => {
      const { authorizations, routes } = policyOfServer(cluster, server);
      const general = deliberate(authorizations);
      const [first] = routes;
      if (first?.source === undefined || !routes.every(isNarrow)) return [];
      if (ClientSet.union(general.map(clientsOf)).isEmpty) return [];
      const rest = requestRegions(routes).find(({ taken: [takers] }) => takers?.length === 0);
      if (rest === undefined) return [];
      const { method = 'GET', path } = rest.request;
      const names = enumerate(
        routes.map(({ name }) => name),
        3,
      );
      return [
        {
          object: first.source,
          path: ['spec', 'rules'],
          text: `${label(cluster, first.source)} takes the rest of the port away: Server ${server.name} has ${names} now, so its automatic route for all requests is gone. What ${enumerate(
            general.map(({ name }) => name),
            3,
          )} admits to the Server gets 404 for anything else, such as ${method} ${path}.`,
          remedy: `give Server ${server.name} a second route for all other paths (PathPrefix /), which those authorizations then hold for`,
        },
      ];
    });
  },
};

/** Whether a route is for single paths, or for those of operations. */
function isNarrow({ kind, source, rules }: Route): boolean {
  if (kind !== 'http' || source === undefined || rules.length === 0) return false;
  return rules.every(
    ({ matches }) =>
      matches.length > 0 &&
      matches.every((match) => {
        const path = match.kind === 'http' ? match.path : undefined;
        if (path?.type === 'Exact') return true;
        return path?.type === 'PathPrefix' && OPERATIONS.has(segmentsOf(path.value)[0] ?? '');
      }),
  );
}
