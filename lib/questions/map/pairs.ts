import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import { ClientIdentities, ClientSet } from '../../sets/client-set';
import { IdentitySet } from '../../sets/identity-set';
import { resolveClient, type ResolvedClient } from '../../verdict/client';
import { otherForms } from '../../verdict/other-forms';
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
  const formsOf = (from: Workload, { workload, ports }: WorkloadPort): readonly Reaching[] => {
    const { namespace, kind, name } = from;
    const client = { workload: { namespace, kind, name } };
    const seen = resolveClient(cluster, workload, ports.port, client);
    if (seen === undefined) throw new Error(`${name} is not in its own cluster`);
    const others = otherForms(cluster, workload, ports.port, client, seen);
    return [seen, ...others.map(([, one]) => one)].map((one) => {
      const key = `${one.tls} ${one.identity ?? ''} ${one.place.addresses.key}`;
      return memoized(known, key, () => reachingAs(one));
    });
  };
  const reachFrom = (from: Workload, to: WorkloadPort): ReachLevel => {
    const accesses = accessesOf(cluster, to.workload, to.ports);
    const levels = new Set(formsOf(from, to).map((one) => reachOf(one, accesses)));
    const [only = 'depends'] = levels;
    return levels.size === 1 ? only : 'depends';
  };
  return classes.flatMap(({ workloads }) =>
    workloads.flatMap((from) =>
      groups.flatMap(({ ports }) =>
        ports
          .filter(({ workload }) => workload !== from)
          .map((to) => ({ from, to, reach: reachFrom(from, to) })),
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
