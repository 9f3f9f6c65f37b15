import type { Cluster } from '../../cluster/cluster';
import { valueAt, asList, asText } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import { inboundRoutes } from '../inbound-routes';
import { objectsOf } from '../../cluster/inventory';
import { refusalWords } from '../../cluster/refused-objects';
import type { Observation, Rule } from '../rule';
import { didYouMean, enumerate, quote } from '../../basics/words';
import { label } from '../../cluster/labels';
import { GATEWAY_GROUP, POLICY_GROUP } from '../../kubernetes/kinds';
import { refersTo } from '../../kubernetes/references';

export const routeParentMissing: Rule = {
  id: 'route-parent-missing',
  severity: 'error',
  title: "A route's parent is a Server that does not exist, or names a Server as another kind.",
  check(cluster) {
    return inboundRoutes(cluster).flatMap((source) =>
      asList(valueAt(source.object, 'spec', 'parentRefs')).flatMap((parent, index) =>
        observe(cluster, source, parent, index),
      ),
    );
  },
};

function observe(cluster: Cluster, source: SourceObject, parent: unknown, index: number): Observation[] {
  const name = asText(valueAt(parent, 'name')) ?? '';
  const namespace = asText(valueAt(parent, 'namespace')) ?? cluster.namespaceOf(source);
  const servers = cluster.policyOf(namespace).servers.map((server) => server.name);
  const path = ['spec', 'parentRefs', index];
  if (refersTo(parent, POLICY_GROUP, 'Server')) {
    if (servers.includes(name) || namespace !== cluster.namespaceOf(source)) return [];
    const refused = cluster.refusedObject(POLICY_GROUP, 'Server', namespace, name);
    const why =
      refused === undefined ? `which does not exist in namespace ${namespace}` : refusalWords(refused);
    return [
      {
        object: source,
        path: [...path, 'name'],
        text: `${label(cluster, source)} is for Server ${quote(name)}, ${why}. The route has no effect: requests are handled as if it did not exist, and policies that target it open nothing.`,
        remedy:
          refused !== undefined
            ? 'correct the Server so that it is admitted'
            : `${servers.length === 0 ? 'add the Server to the manifests' : `name a Server that exists (${enumerate(servers)})`}${didYouMean(name, servers)}`,
      },
    ];
  }
  const kind = asText(valueAt(parent, 'kind')) ?? 'Gateway';
  if (!servers.includes(name) || isThere(cluster, parent, namespace)) return [];
  return [
    {
      object: source,
      path,
      text: `${label(cluster, source)} names ${kind} ${quote(name)} as its parent, but ${quote(name)} is a Server. A parent without group and kind is a Gateway, so the route has no effect on the Server.`,
      remedy: `write { group: ${POLICY_GROUP}, kind: Server, name: ${name} }`,
    },
  ];
}

/** Whether the parent, taken literally, exists in the input. */
function isThere(cluster: Cluster, parent: unknown, namespace: string): boolean {
  const group = asText(valueAt(parent, 'group')) ?? GATEWAY_GROUP;
  const kind = asText(valueAt(parent, 'kind')) ?? 'Gateway';
  return objectsOf(cluster, group === 'core' ? '' : group, kind).some(
    (source) =>
      source.object.metadata.name === valueAt(parent, 'name') && cluster.namespaceOf(source) === namespace,
  );
}
