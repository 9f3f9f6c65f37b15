import type { Rule } from '../rule';
import { policyOfServer } from '../policy-of-server';
import { allServers } from '../../cluster/inventory';
import { clientsOf, deliberate, union } from '../../verdict/authorized-clients';
import { enumerate } from '../../basics/words';
import { label } from '../../cluster/labels';

export const routeAuthorizationPointless: Rule = {
  id: 'route-authorization-pointless',
  severity: 'warning',
  title: 'A policy for a route admits nobody whom the Server does not admit to every route.',
  check(cluster) {
    return allServers(cluster).flatMap((server) => {
      const { authorizations, routes } = policyOfServer(cluster, server);
      const general = deliberate(authorizations);
      const admitted = union(general.map(clientsOf));
      if (admitted.isEmpty) return [];
      return routes.flatMap((route) =>
        route.authorizations.flatMap((own) => {
          if (own.source === undefined || !clientsOf(own).minus(admitted).isEmpty) return [];
          return [
            {
              object: own.source,
              path: ['spec', 'targetRef'],
              text: `${label(cluster, own.source)} restricts nothing: whom it admits to ${route.name}, ${enumerate(general.map(({ name }) => name))} admits to all of Server ${server.name}. Permissions of a Server hold on each of its routes, and permissions only add up.`,
              remedy:
                'to restrict the route, take those clients out of what targets the Server or the namespace, and keep accessPolicy: deny',
            },
          ];
        }),
      );
    });
  },
};
