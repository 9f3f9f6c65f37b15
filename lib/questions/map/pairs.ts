import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import { ClientIdentities, ClientSet } from '../../sets/client-set';
import { IdentitySet } from '../../sets/identity-set';
import { resolveClient, type ResolvedClient } from '../../verdict/client';
import type { WorkloadPort } from '../workload-ports';
import { accessesOf, type AccessMap } from './access-map';
import { reachOf, type ReachLevel, type Reaching } from './reach';
import { memoized } from '../../basics/collections';

/** One line per client workload and port; only on request. */
export interface Pair {
  readonly from: Workload;
  readonly to: WorkloadPort;
  readonly reach: ReachLevel;
}

/**
 * How the workloads of a map fare with each other. Unlike a row of the map, a pair is about one client, as the proxy of
 * the target sees it: if its address decides and is not known, that it gets in `depends`.
 */
export function pairs(cluster: Cluster, { classes, groups }: AccessMap): Pair[] {
  const known = new Map<string, Reaching>();
  const clientOf = (from: Workload, { workload, ports }: WorkloadPort): Reaching => {
    const { namespace, kind, name } = from;
    const seen = resolveClient(cluster, workload, ports.port, { workload: { namespace, kind, name } });
    if (seen === undefined) throw new Error(`${name} is not in its own cluster`);
    const key = `${seen.tls} ${seen.identity ?? ''} ${seen.place.addresses.key}`;
    return memoized(known, key, () => reachingAs(seen));
  };
  return classes.flatMap(({ workloads }) =>
    workloads.flatMap((from) =>
      groups.flatMap(({ ports }) =>
        ports
          .filter(({ workload }) => workload !== from)
          .map((to) => ({
            from,
            to,
            reach: reachOf(clientOf(from, to), accessesOf(cluster, to.workload, to.ports)),
          })),
      ),
    ),
  );
}

function reachingAs({ tls, identity, place: { addresses } }: ResolvedClient): Reaching {
  const isOne = true;
  if (identity === undefined) return { clients: ClientSet.of(ClientIdentities.ofTls(tls), addresses), isOne };
  const only = IdentitySet.of({ kind: 'exact', name: identity });
  return { clients: ClientSet.of(new ClientIdentities(false, false, only), addresses), identity, isOne };
}
