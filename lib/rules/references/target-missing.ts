import { routeKey } from '../../cluster/authorization-policy';
import type { Cluster } from '../../cluster/cluster';
import { valueAt, asText } from '../../kubernetes/fields';
import type { Observation, Rule } from '../rule';
import { objectsOf } from '../../cluster/inventory';
import { didYouMean, enumerate, quote } from '../../basics/words';
import { label } from '../../cluster/labels';
import { GATEWAY_GROUP, POLICY_GROUP } from '../../kubernetes/kinds';
import type { SourceObject } from '../../kubernetes/object';
import type { Path } from '../../kubernetes/path';
import { isShippedServer } from '../../linkerd/own-namespaces';
import { groupOf } from '../../kubernetes/references';

export const targetMissing: Rule = {
  id: 'target-missing',
  severity: 'error',
  title: 'A policy targets a Server or route that does not exist.',
  check(cluster) {
    return cluster
      .namespaceNames()
      .flatMap((namespace) => [
        ...authorizationPolicies(cluster, namespace),
        ...serverAuthorizations(cluster, namespace),
        ...rateLimits(cluster, namespace),
      ]);
  },
};

const OPENS_NOTHING = 'It opens nothing and closes nothing: the intended port keeps its current policy';

function authorizationPolicies(cluster: Cluster, namespace: string): Observation[] {
  const { authorizationPolicies: policies, servers } = cluster.policyOf(namespace);
  const routes = routesIn(cluster, namespace);
  return policies.flatMap(({ source, target }) => {
    const name = asText(valueAt(source.object, 'spec', 'targetRef', 'name')) ?? '';
    const kind = asText(valueAt(source.object, 'spec', 'targetRef', 'kind')) ?? '';
    const known = target.kind === 'server' ? servers.map((server) => server.name) : [...routes.values()];
    const isThere =
      target.kind === 'namespace' ||
      (target.kind === 'server' ? known.includes(target.name) : routes.has(target.key));
    const group = asText(valueAt(source.object, 'spec', 'targetRef', 'group')) ?? '';
    if (isThere || isRefused(cluster, namespace, kind, name, group)) return [];
    const other = otherGroup(routes, kind, name);
    if (target.kind !== 'server' && other !== undefined)
      return [
        {
          object: source,
          path: ['spec', 'targetRef', 'group'],
          text: `${label(cluster, source)} targets ${kind} ${quote(name)} of the group ${group}, which does not exist in namespace ${namespace}; the ${kind} of that name is of the group ${other}. ${OPENS_NOTHING}.`,
          remedy: `write group: ${other} in targetRef, or add the ${kind} of ${group} to the manifests`,
        },
      ];
    if (target.kind === 'server' && isShippedServer(namespace, name, cluster.config))
      return [outside(cluster, source, ['spec', 'targetRef', 'name'], name)];
    return [
      {
        object: source,
        path: ['spec', 'targetRef', 'name'],
        text: `${label(cluster, source)} targets ${kind} ${quote(name)}, which does not exist in namespace ${namespace}. ${OPENS_NOTHING}.`,
        remedy: `${named(kind, known)}${didYouMean(name, known)}`,
      },
    ];
  });
}

/** Whether the target is in the input and admission refuses it, which is a finding of its own. */
function isRefused(cluster: Cluster, namespace: string, kind: string, name: string, group: string): boolean {
  return cluster.refusedObject(group, kind, namespace, name) !== undefined;
}

/** The group that a route of this kind and name has instead: policy.linkerd.io and the Gateway API both have HTTPRoutes. */
function otherGroup(routes: ReadonlyMap<string, string>, kind: string, name: string): string | undefined {
  return [POLICY_GROUP, GATEWAY_GROUP].find((group) => routes.has(routeKey(group, kind, name)));
}

function routesIn(cluster: Cluster, namespace: string): Map<string, string> {
  const kinds = [
    [POLICY_GROUP, 'HTTPRoute'],
    [GATEWAY_GROUP, 'HTTPRoute'],
    [GATEWAY_GROUP, 'GRPCRoute'],
  ] as const;
  return new Map(
    kinds
      .flatMap(([group, kind]) => objectsOf(cluster, group, kind))
      .filter((source) => cluster.namespaceOf(source) === namespace)
      .map(({ object }) => [
        routeKey(groupOf(object.apiVersion), object.kind, object.metadata.name),
        object.metadata.name,
      ]),
  );
}

function serverAuthorizations(cluster: Cluster, namespace: string): Observation[] {
  const { serverAuthorizations: all, servers } = cluster.policyOf(namespace);
  const known = servers.map(({ name }) => name);
  return all
    .filter(({ selects }) => !servers.some(selects))
    .flatMap(({ source }): Observation[] | Observation => {
      const name = asText(valueAt(source.object, 'spec', 'server', 'name'));
      if (name !== undefined && isRefused(cluster, namespace, 'Server', name, POLICY_GROUP)) return [];
      if (name !== undefined && isShippedServer(namespace, name, cluster.config))
        return outside(cluster, source, ['spec', 'server', 'name'], name);
      return {
        object: source,
        path: ['spec', 'server'],
        text:
          name === undefined
            ? `${label(cluster, source)} selects Servers by labels that no Server in namespace ${namespace} has (labels of the Server object count, not those of pods). ${OPENS_NOTHING}.`
            : `${label(cluster, source)} targets Server ${quote(name)}, which does not exist in namespace ${namespace}. ${OPENS_NOTHING}.`,
        remedy: `${named('Server', known)}${didYouMean(name ?? '', known)}`,
      };
    });
}

function rateLimits(cluster: Cluster, namespace: string): Observation[] {
  const known = cluster.policyOf(namespace).servers.map(({ name }) => name);
  return objectsOf(cluster, POLICY_GROUP, 'HTTPLocalRateLimitPolicy')
    .filter((source) => cluster.namespaceOf(source) === namespace)
    .flatMap((source) => {
      const name = asText(valueAt(source.object, 'spec', 'targetRef', 'name')) ?? '';
      if (known.includes(name) || isRefused(cluster, namespace, 'Server', name, POLICY_GROUP)) return [];
      if (isShippedServer(namespace, name, cluster.config))
        return [outside(cluster, source, ['spec', 'targetRef', 'name'], name)];
      return [
        {
          object: source,
          path: ['spec', 'targetRef', 'name'],
          text: `${label(cluster, source)} targets Server ${quote(name)}, which does not exist in namespace ${namespace}, so it limits nothing.`,
          remedy: `${named('Server', known)}${didYouMean(name, known)}`,
        },
      ];
    });
}

/** People keep their addition to Linkerd's own policy in Git, and the Server is in Linkerd's chart. */
function outside(cluster: Cluster, source: SourceObject, path: Path, name: string): Observation {
  return {
    object: source,
    path,
    severity: 'info',
    text: `${label(cluster, source)} targets Server ${quote(name)}, which is not in the input: a chart of Linkerd ships it, so what it opens is not judged here.`,
    remedy: "add the chart's manifests to the input to have it judged",
  };
}

function named(kind: string, known: readonly string[]): string {
  if (known.length === 0) return `add the ${kind} to the manifests; the namespace has none`;
  return `name one that exists (${enumerate(known)}), or add the missing one to the manifests`;
}
