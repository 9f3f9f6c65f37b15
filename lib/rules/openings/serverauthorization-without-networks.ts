import type { Cluster } from '../../cluster/cluster';
import { isEffective } from '../../cluster/policy-index';
import type { Server } from '../../cluster/server';
import { serviceOf } from '../../cluster/services';
import { valueAt, asList } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import { isAdmin } from '../effective-policies';
import type { Observation, Rule } from '../rule';
import { selectedBy } from '../../cluster/inventory';
import { enumerate } from '../../basics/words';
import { label } from '../../cluster/labels';
import { selectsPod } from '../../workloads/services';

export const serverauthorizationWithoutNetworks: Rule = {
  id: 'serverauthorization-without-networks',
  formerIds: ['default-networks'],
  severity: 'warning',
  title: "A ServerAuthorization names no networks, so the cluster's networks apply.",
  check(cluster) {
    return cluster.namespaceNames().flatMap((namespace) => {
      const { serverAuthorizations, servers } = cluster.policyOf(namespace);
      return serverAuthorizations.flatMap(({ source, authorization, selects }): Observation[] => {
        const isDefault = asList(valueAt(source.object, 'spec', 'client', 'networks')).length === 0;
        const selected = servers.filter((server) => selects(server) && !isAdmin(server));
        if (!isDefault || !isEffective(authorization) || selected.length === 0) return [];
        return authorization.authentication.kind === 'anyone'
          ? [unauthenticated(cluster, source, selected)]
          : facingOutside(cluster, source, selected);
      });
    });
  },
};

const REMEDY =
  'set client.networks: 0.0.0.0/0 and ::/0 if clients may come from anywhere, otherwise the networks of the clients';

function unauthenticated(cluster: Cluster, source: SourceObject, servers: readonly Server[]): Observation {
  return {
    object: source,
    path: ['spec', 'client'],
    text: `${label(cluster, source)} lets clients without an identity into ${names(servers)} and names no networks, which means ${enumerate(cluster.config.clusterNetworks)}: every pod in the cluster, meshed or not, but nobody from outside.`,
    remedy: `require meshTLS if the clients are meshed; ${REMEDY}`,
  };
}

/** Clients with an identity can come from outside too, through a Service that is open to the outside. */
function facingOutside(cluster: Cluster, source: SourceObject, servers: readonly Server[]): Observation[] {
  const services = servers.flatMap((server) => outsideServices(cluster, server));
  if (services.length === 0) return [];
  return [
    {
      object: source,
      path: ['spec', 'client'],
      severity: 'info',
      text: `${label(cluster, source)} names no networks, which means ${enumerate(cluster.config.clusterNetworks)}; clients that reach ${names(servers)} from other addresses through ${enumerate(services)} are refused.`,
      remedy: REMEDY,
    },
  ];
}

function outsideServices(cluster: Cluster, server: Server): string[] {
  const workloads = selectedBy(cluster, server);
  return cluster.servicesIn(server.namespace).flatMap((source) => {
    const service = serviceOf(source);
    const isInFront = workloads.some(({ pod }) => selectsPod(service, pod.labels));
    const { outsideType: type } = service;
    return type !== undefined && isInFront ? [`Service ${source.object.metadata.name} (${type})`] : [];
  });
}

function names(servers: readonly Server[]): string {
  return enumerate(servers.map(({ name }) => name));
}
