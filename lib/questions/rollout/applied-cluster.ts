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
  const fresh = new Map(now.objects.map((source) => [now.keyOf(source), source]));
  const kept = old.objects.map((live) => {
    const key = old.keyOf(live);
    const source = fresh.get(key);
    if (source === undefined) return live;
    fresh.delete(key);
    return isLive(live.object) || isNamespace(source) ? appliedTo(live, source) : source;
  });
  return Cluster.fromObjects([...kept, ...fresh.values()], {
    ...now.settled,
    ...now.config,
    namespace: now.defaultNamespace,
    assumeAdmitted: true,
  });
}

function isNamespace({ object }: SourceObject): boolean {
  return object.kind === 'Namespace' && object.apiVersion === 'v1';
}
