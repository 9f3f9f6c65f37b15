import type { Cluster } from '../cluster/cluster';
import { workloadIdentity } from '../linkerd/identity';
import type { ClientSet } from '../sets/client-set';
import { trafficClasses } from './access';
import type { Target } from './decide';
import type { Traffic } from './request';
import { isProbe } from './traffic-ref';
import { clientGroups } from '../sets/client-groups';
import type { ProxyClient } from '../linkerd/client';
import { compareText, memoized } from '../basics/collections';

/** One concrete attempt: who, where to, with what. `can` replays it. */
export interface Witness {
  readonly client: ProxyClient & { readonly ip: string };
  readonly target: Target;
  readonly traffic: Traffic;
  /** Whether the port takes requests as well, which a question that says nothing of traffic is about too. */
  readonly isAmongOthers?: boolean;
}

/** A witness for ports of these clusters. */
export function witnessIn(clusters: readonly Cluster[], witness: Omit<Witness, 'isAmongOthers'>): Witness {
  const { target, traffic } = witness;
  if (traffic.kind === 'request') return witness;
  const isAmongOthers = clusters.some((cluster) => {
    const workload = cluster.workload(target);
    if (workload === undefined) return false;
    const refs = trafficClasses(cluster, workload, target.port).map(({ ref }) => ref);
    return refs.some((ref) => ref.kind !== 'connection' && !isProbe(ref));
  });
  return isAmongOthers ? { ...witness, isAmongOthers } : witness;
}

/** A namespace that nobody has, for clients unknown to the manifests. */
const ELSEWHERE = 'elsewhere';

/**
 * The identities that tell a reader most: those of workloads in the manifests outside a namespace, then one that could
 * be anybody's. Sorted once, then used for each namespace.
 */
export function exampleIdentities(clusters: readonly Cluster[]): (outside: string) => readonly string[] {
  const [known, defaults] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()];
  for (const cluster of clusters) {
    for (const { namespace, identity } of cluster.workloads) {
      if (identity === undefined) continue;
      memoized(known, identity, newSet).add(namespace);
      // Every namespace has a ServiceAccount `default`.
      memoized(defaults, workloadIdentity('default', namespace, cluster.config), newSet).add(namespace);
    }
  }
  const strangers = clusters.map(({ config }) => workloadIdentity('default', ELSEWHERE, config)).sort();
  const examples = [known, defaults].flatMap((bearers) =>
    [...bearers]
      .sort(([a], [b]) => compareText(a, b))
      .map(([identity, [only, ...others]]) => ({ identity, onlyIn: others.length === 0 ? only : undefined })),
  );
  return (outside) => [
    ...examples.filter(({ onlyIn }) => onlyIn !== outside).map(({ identity }) => identity),
    ...strangers,
  ];
}

function newSet(): Set<string> {
  return new Set();
}

/** One client from the widest row of a set; `undefined` if the set is empty. */
export function exampleClient(
  set: ClientSet,
  identities: readonly string[],
): (ProxyClient & { readonly ip: string }) | undefined {
  return clientGroups(set)[0]?.clients.witness({ identities });
}
