import { Cluster } from '../../cluster/cluster';
import { asTextMap } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import { groupOf } from '../../kubernetes/references';

/**
 * What runs once the new manifests are applied over the old ones: applying deletes nothing, and a Namespace keeps labels
 * and annotations that the new one does not mention.
 */
export function appliedCluster(old: Cluster, now: Cluster): Cluster {
  const fresh = now.objects.map((source) => mergedNamespace(old, source));
  return Cluster.fromObjects([...old.objects, ...fresh], {
    ...now.settled,
    ...now.config,
    namespace: now.defaultNamespace,
    assumeAdmitted: true,
  });
}

function mergedNamespace(old: Cluster, source: SourceObject): SourceObject {
  const { object } = source;
  if (object.kind !== 'Namespace' || groupOf(object.apiVersion) !== '') return source;
  const before = old.namespaceObject(object.metadata.name)?.object.metadata;
  if (before === undefined) return source;
  const { labels, annotations } = object.metadata;
  const metadata = {
    ...object.metadata,
    labels: { ...asTextMap(before.labels), ...asTextMap(labels) },
    annotations: { ...asTextMap(before.annotations), ...asTextMap(annotations) },
  };
  return { ...source, object: { ...object, metadata } };
}
