import { valueAt, asList, asText, inWords } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import type { Rule } from '../rule';
import { objectsOf } from '../../cluster/inventory';
import { groupBy } from '../../basics/collections';
import { enumerate } from '../../basics/words';
import { label } from '../../cluster/labels';
import { GATEWAY_GROUP, POLICY_GROUP } from '../../kubernetes/kinds';
import { refersTo } from '../../kubernetes/references';

/** The most specific kind present wins; the others are not accepted (11.1). */
const RANKS = ['GRPCRoute', 'HTTPRoute', 'TLSRoute', 'TCPRoute'];

interface Attached {
  readonly source: SourceObject;
  readonly parent: string;
  readonly rank: number;
}

export const egressRoutesMixed: Rule = {
  id: 'egress-routes-mixed',
  severity: 'error',
  title: 'Several kinds of route are attached to one port of an EgressNetwork.',
  check(cluster) {
    const attached = RANKS.flatMap((kind, rank) =>
      [GATEWAY_GROUP, POLICY_GROUP]
        .flatMap((group) => objectsOf(cluster, group, kind))
        .flatMap((source) =>
          asList(valueAt(source.object, 'spec', 'parentRefs'))
            .filter((parent) => refersTo(parent, POLICY_GROUP, 'EgressNetwork'))
            .map((parent): Attached => {
              const namespace = asText(valueAt(parent, 'namespace')) ?? cluster.namespaceOf(source);
              const place = `${namespace}/${inWords(valueAt(parent, 'name'))} port ${inWords(valueAt(parent, 'port'))}`;
              return { source, parent: place, rank };
            }),
        ),
    );
    return [...groupBy(attached, ({ parent }) => parent)].flatMap(([parent, routes]) => {
      const best = Math.min(...routes.map(({ rank }) => rank));
      const winners = routes.filter(({ rank }) => rank === best).map(({ source }) => label(cluster, source));
      return routes
        .filter(({ rank }) => rank > best)
        .map(({ source }) => ({
          object: source,
          path: ['spec', 'parentRefs'],
          text: `${label(cluster, source)} has no effect on EgressNetwork ${parent}: ${enumerate(winners)} is attached too, and only the most specific kind of route counts (in the order GRPC, HTTP, TLS, TCP). The destinations it allows fall under trafficPolicy instead.`,
          remedy: 'use only one kind of route per port of an EgressNetwork',
        }));
    });
  },
};
