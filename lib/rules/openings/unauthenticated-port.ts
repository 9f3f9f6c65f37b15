import { ANYONE, type ClientAuthorization } from '../../cluster/client-authorization';
import type { Cluster } from '../../cluster/cluster';
import type { Server } from '../../cluster/server';
import { valueAt, asList } from '../../kubernetes/fields';
import { isAdmin } from '../effective-policies';
import { isEverything, isNamedForNodes } from '../../traffic/node-networks';
import type { Observation, Rule } from '../rule';
import { policyOfServer } from '../policy-of-server';
import { allServers } from '../../cluster/inventory';
import { deliberate } from '../../verdict/authorized-clients';
import { label } from '../../cluster/labels';

export const unauthenticatedPort: Rule = {
  id: 'unauthenticated-port',
  severity: 'warning',
  title: 'An application port is open to clients without an identity.',
  check(cluster) {
    return allServers(cluster)
      .filter((server) => !isAdmin(server))
      .flatMap((server) =>
        deliberate(policyOfServer(cluster, server).authorizations)
          .filter(({ authentication: admits }) => admits.kind === ANYONE.kind)
          .flatMap((authorization) => observe(cluster, server, authorization)),
      );
  },
};

function observe(cluster: Cluster, server: Server, authorization: ClientAuthorization): Observation[] {
  const { source, networks } = authorization;
  const port = `port ${server.port} of ${label(cluster, server.source)}`;
  if (source === undefined) {
    return [
      {
        object: server.source,
        path: ['spec', 'accessPolicy'],
        text: `accessPolicy ${server.accessPolicy} opens ${port} to every client ${server.accessPolicy === 'cluster-unauthenticated' ? "in the cluster's networks" : 'from anywhere'}, with or without a mesh identity, whatever other policies say.`,
        remedy:
          'use accessPolicy: deny and name the clients in an AuthorizationPolicy (all-authenticated admits every meshed client)',
      },
    ];
  }
  // Empty lists and default networks have rules of their own.
  const isListed =
    source.object.kind === 'ServerAuthorization'
      ? asList(valueAt(source.object, 'spec', 'client', 'networks')).length > 0
      : authorization.via.length > 0;
  if (!isListed || !networks.some(({ network }) => isEverything(network))) return [];
  const isForNodes = authorization.via.some(({ object }) => isNamedForNodes(object.metadata.name));
  if (isForNodes) return [];
  return [
    {
      object: source,
      text: `${label(cluster, source)} opens ${port} to everyone, meshed or not, from any address.`,
      remedy:
        'nothing, if this port is meant to be public (say so in an ignore annotation); otherwise require an identity, or list the networks of the clients',
    },
  ];
}
