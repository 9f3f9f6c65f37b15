import type { Cluster } from '../cluster/cluster';
import { workloadIdentity } from '../linkerd/identity';
import type { ClientSet } from '../sets/client-set';
import type { Target } from './decide';
import type { Traffic } from './request';
import { clientGroups } from '../sets/client-groups';
import type { ProxyClient } from '../linkerd/client';

/** One concrete try: who, where to, with what. `can` replays it. */
export interface Witness {
  readonly client: ProxyClient & { readonly ip: string };
  readonly target: Target;
  readonly traffic: Traffic;
}

/** A namespace that nobody has, for clients that the manifests do not know. */
const ELSEWHERE = 'elsewhere';

/**
 * Identities that tell most to a reader: those of workloads in the manifests outside a namespace, then one that could
 * be anybody's.
 */
export function exampleIdentities(clusters: readonly Cluster[], namespace: string): readonly string[] {
  const [known, defaults] = [new Set<string>(), new Set<string>()];
  for (const cluster of clusters) {
    for (const { namespace: own, identity } of cluster.workloads) {
      if (own === namespace || identity === undefined) continue;
      known.add(identity);
      // Every namespace has a ServiceAccount `default`.
      defaults.add(workloadIdentity('default', own, cluster.config));
    }
  }
  const strangers = clusters.map(({ config }) => workloadIdentity('default', ELSEWHERE, config));
  return [...[...known].sort(), ...[...defaults].sort(), ...strangers.sort()];
}

/** One client of the widest row of a set; `undefined` if the set is empty. */
export function exampleClient(
  set: ClientSet,
  identities: readonly string[],
): (ProxyClient & { readonly ip: string }) | undefined {
  return clientGroups(set)[0]?.clients.witness({ identities });
}
