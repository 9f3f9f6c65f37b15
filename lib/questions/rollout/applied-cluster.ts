import { Cluster } from '../../cluster/cluster';
import { appliedTo } from '../../cluster/stored-objects';
import { isLive } from '../../kubernetes/apply';
import type { SourceObject } from '../../kubernetes/object';

/**
 * What runs once the new manifests are applied over the old ones: applying deletes nothing, and objects keep what the new
 * ones do not mention. Where the old ones are manifests themselves, nothing says who applied what: then only Namespaces,
 * which several owners share, keep something.
 */
export function appliedCluster(old: Cluster, now: Cluster): Cluster {
  const before = new Map(old.objects.map((source) => [old.keyOf(source), source]));
  const fresh = now.objects.map((source) => {
    const key = now.keyOf(source);
    const live = before.get(key);
    before.delete(key);
    return live !== undefined && (isLive(live.object) || isNamespace(source))
      ? appliedTo(live, source)
      : source;
  });
  return Cluster.fromObjects([...before.values(), ...fresh], {
    ...now.settled,
    ...now.config,
    namespace: now.defaultNamespace,
    assumeAdmitted: true,
  });
}

function isNamespace({ object }: SourceObject): boolean {
  return object.kind === 'Namespace' && object.apiVersion === 'v1';
}
