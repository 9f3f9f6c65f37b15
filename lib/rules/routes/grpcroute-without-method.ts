import type { Rule } from '../rule';
import { policyOfServer } from '../policy-of-server';
import { allServers } from '../../cluster/inventory';
import { label } from '../../cluster/labels';

export const grpcrouteWithoutMethod: Rule = {
  id: 'grpcroute-without-method',
  formerIds: ['route-breaks-port'],
  severity: 'error',
  title: 'A GRPCRoute match has neither service nor method, so the proxy refuses everything on the port.',
  check(cluster) {
    return allServers(cluster).flatMap((server) => {
      const { invalidBecause: broken } = policyOfServer(cluster, server);
      if (broken === undefined) return [];
      const route = cluster
        .policyOf(server.namespace)
        .routes.find(
          ({ hasMatchWithoutMethod: unspeakable, servers }) => unspeakable && servers.includes(server.name),
        );
      const object = route?.source ?? server.source;
      return [
        {
          object,
          path: ['spec', 'rules'],
          text: `${label(cluster, object)} closes Server ${server.name} to everyone, probes and localhost included: ${broken}.`,
          remedy:
            'give each match a method with a service or a method name, or omit matches to match every call',
        },
      ];
    });
  },
};
