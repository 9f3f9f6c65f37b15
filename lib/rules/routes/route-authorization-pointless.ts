import { ClientSet } from '../../sets/client-set';
import type { Rule } from '../rule';
import { policyOfServer } from '../policy-of-server';
import { allServers } from '../../cluster/inventory';
import { clientsOf, deliberate } from '../../verdict/authorized-clients';
import { enumerate } from '../../basics/words';
import { label } from '../../cluster/labels';

export const routeAuthorizationPointless: Rule = {
  id: 'route-authorization-pointless',
  severity: 'warning',
  title: 'A policy for a route admits only clients that the Server already admits to every route.',
  check(cluster) {
    return allServers(cluster).flatMap((server) => {
      const { authorizations, routes } = policyOfServer(cluster, server);
      const general = deliberate(authorizations);
      const admitted = ClientSet.union(general.map(clientsOf));
      if (admitted.isEmpty) return [];
      return routes.flatMap((route) =>
        route.authorizations.flatMap((own) => {
          if (own.source === undefined || !clientsOf(own).minus(admitted).isEmpty) return [];
          return [
            {
              object: own.source,
              path: ['spec', 'targetRef'],
              text: `${label(cluster, own.source)} restricts nothing: the clients it admits to ${route.name} are already admitted to all of Server ${server.name} by ${enumerate(general.map(({ name }) => name))}. A Server's authorizations apply to all of its routes, and authorizations only add up.`,
              remedy:
                'to restrict the route, remove those clients from the policies that target the Server or the namespace, and keep accessPolicy: deny',
            },
          ];
        }),
      );
    });
  },
};
