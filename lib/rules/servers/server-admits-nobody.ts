import type { ClientAuthorization } from '../../cluster/client-authorization';
import type { Cluster } from '../../cluster/cluster';
import type { Server } from '../../cluster/server';
import type { Rule } from '../rule';
import { policyOfServer } from '../policy-of-server';
import { allServers, selectedBy } from '../../cluster/inventory';
import { clientsOf, placeholderWords, possibleClients } from '../../verdict/authorized-clients';
import { ClientSet } from '../../sets/client-set';
import { enumerate } from '../../basics/words';
import { label } from '../../cluster/labels';

export const serverAdmitsNobody: Rule = {
  id: 'server-admits-nobody',
  formerIds: ['server-dark'],
  severity: 'warning',
  title: 'A Server lets nobody in.',
  check(cluster) {
    return allServers(cluster).flatMap((server) => {
      if (admitsAnyone(cluster, server)) return [];
      const { ignored, authorizations, routes } = policyOfServer(cluster, server);
      const placeholder = placeholderWords(
        ClientSet.union(
          [authorizations, ...routes.map((route) => route.authorizations)].flat().map(clientsOf),
        ),
      );
      const because =
        ignored.length === 0
          ? `no policy admits anyone${placeholder === '' ? '' : `: ${placeholder.replace(/\.$/, '')}`}`
          : `the objects that target it have no effect (${enumerate(ignored.map(({ name }) => name))})`;
      return [
        {
          object: server.source,
          text: `${label(cluster, server.source)} lets nobody into port ${server.port}: its accessPolicy is ${server.accessPolicy ?? 'unknown'} and ${because}. Only ${enumerate(stillPassing(cluster, server))} still pass.`,
          remedy:
            'add an AuthorizationPolicy that targets this Server or one of its routes, or delete the Server if the default policy is enough',
        },
      ];
    });
  },
};

function stillPassing(cluster: Cluster, server: Server): string[] {
  const isBypassed = selectedBy(cluster, server).some(({ pod }) => pod.settings.skippedSubnets.length > 0);
  return [
    'httpGet probes',
    'traffic inside the pod',
    ...(isBypassed ? ['clients from skip-subnets, which bypass the proxy'] : []),
  ];
}

function admitsSomebody(authorization: ClientAuthorization): boolean {
  return !possibleClients(clientsOf(authorization)).isEmpty;
}

function admitsAnyone(cluster: Cluster, server: Server): boolean {
  const { authorizations, routes, invalidBecause: broken } = policyOfServer(cluster, server);
  return (
    broken !== undefined || // left to grpcroute-without-method
    authorizations.some(admitsSomebody) ||
    routes.some((route) => route.source !== undefined && route.authorizations.some(admitsSomebody))
  );
}
