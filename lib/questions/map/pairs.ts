import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import { ClientIdentities, ClientSet } from '../../sets/client-set';
import { IdentitySet } from '../../sets/identity-set';
import { NetworkSet } from '../../sets/network-set';
import { networksOf } from '../../linkerd/network-match';
import { resolveClient, type ResolvedClient } from '../../verdict/client';
import type { WorkloadPort } from '../workload-ports';
import { accessesOf, type AccessMap } from './access-map';
import { whereabouts } from './named-clients';
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
 * the target sees it: if its address decides and is not known, it gets in `partly`.
 */
export function pairs(cluster: Cluster, { classes, groups }: AccessMap): Pair[] {
  const { inside } = whereabouts(cluster);
  const known = new Map<string, Reaching>();
  const clientOf = (from: Workload, { workload, ports }: WorkloadPort): Reaching => {
    const { namespace, kind, name } = from;
    const seen = resolveClient(cluster, workload, ports.port, { workload: { namespace, kind, name } });
    if (seen === undefined) throw new Error(`${name} is not in its own cluster`);
    const key = `${seen.tls} ${seen.identity ?? ''} ${seen.ip ?? ''}`;
    return memoized(known, key, () => reachingAs(seen, inside));
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

function reachingAs({ tls, identity, ip }: ResolvedClient, inside: NetworkSet): Reaching {
  const where = ip === undefined ? inside : NetworkSet.fromItems(networksOf([ip]));
  if (identity === undefined) return { clients: ClientSet.of(ClientIdentities.ofTls(tls), where) };
  const only = IdentitySet.of({ kind: 'exact', name: identity });
  return { clients: ClientSet.of(new ClientIdentities(false, false, only), where), identity };
}
