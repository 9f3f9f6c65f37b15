import type { Rule } from '../rule';
import { isRouteKind } from '../inbound-routes';
import { policyOfServer } from '../policy-of-server';
import { allServers } from '../../cluster/inventory';
import { label } from '../../cluster/labels';

export const routeIneffective: Rule = {
  id: 'route-ineffective',
  severity: 'error',
  title: "A route does not fit its Server's protocol, so it has no effect.",
  check(cluster) {
    return allServers(cluster).flatMap((server) =>
      policyOfServer(cluster, server)
        .ignored.filter(({ source }) => isRouteKind(source.object.kind))
        .map(({ source, reason }) => ({
          object: source,
          path: ['spec', 'parentRefs'],
          text: `${label(cluster, source)} has no effect on Server ${server.name}: ${reason}. Policies that target this route open nothing.`,
          remedy:
            source.object.kind === 'GRPCRoute'
              ? 'set proxyProtocol: gRPC on the Server, or use an HTTPRoute with path /package.Service/Method and method POST'
              : 'use GRPCRoutes on a gRPC Server, and HTTPRoutes on Servers with proxyProtocol unknown, HTTP/1 or HTTP/2; never both kinds on one Server',
        })),
    );
  },
};
