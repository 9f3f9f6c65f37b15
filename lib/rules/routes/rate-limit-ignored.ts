import { byAge, createdAt } from '../../cluster/object-order';
import { valueAt, asText } from '../../kubernetes/fields';
import type { Rule } from '../rule';
import { objectsOf } from '../../cluster/inventory';
import { groupBy } from '../../basics/collections';
import { label } from '../../cluster/labels';
import { POLICY_GROUP } from '../../kubernetes/kinds';

export const rateLimitIgnored: Rule = {
  id: 'rate-limit-ignored',
  severity: 'warning',
  title: 'A rate limit has no effect.',
  check(cluster) {
    const limits = objectsOf(cluster, POLICY_GROUP, 'HTTPLocalRateLimitPolicy').map((source) => ({
      source,
      name: source.object.metadata.name,
      createdAt: createdAt(source.object.metadata),
      namespace: cluster.namespaceOf(source),
      server: asText(valueAt(source.object, 'spec', 'targetRef', 'name')) ?? '',
    }));
    const byServer = groupBy(limits, ({ namespace, server }) => `${namespace}/${server}`);
    return [...byServer.values()].flatMap((same) => {
      const [first, ...others] = [...same].sort(byAge);
      const { servers } = cluster.policyOf(first?.namespace ?? '');
      const server = servers.find(({ name }) => name === first?.server);
      if (first === undefined || server === undefined) return [];
      if (['gRPC', 'opaque', 'TLS'].includes(server.protocol)) {
        return same.map(({ source }) => ({
          object: source,
          path: ['spec', 'targetRef'],
          text: `${label(cluster, source)} limits nothing: Server ${server.name} has proxyProtocol ${server.protocol}, and rate limits work only with unknown, HTTP/1 and HTTP/2.`,
          remedy: 'use proxyProtocol HTTP/2 for gRPC, or delete the limit',
        }));
      }
      return others.map(({ source }) => ({
        object: source,
        path: ['spec', 'targetRef'],
        text: `${label(cluster, source)} limits nothing: ${first.name} also targets Server ${server.name}, and only the older of the two counts (by name, if both are from the same second).`,
        remedy: 'keep one rate limit per Server',
      }));
    });
  },
};
