import type { Cluster } from '../cluster/cluster';
import { podAnnotation } from '../cluster/inventory';
import { dialsPast, isRunning, type Condition } from '../cluster/unknown';
import type { Workload } from '../cluster/workload';
import { SKIP_OUTBOUND_PORTS } from '../linkerd/annotations';
import { groupBy, memoized, oncePer } from '../basics/collections';
import { resolveClient, type ClientReference, type ResolvedClient } from './client';
import { whereaboutsOf } from './client-address';

/** What a target may see of a client, and if what. */
export type PossibleClient = readonly [when: readonly Condition[], seen: ResolvedClient];

/**
 * What a target may see of a client instead of what it sees of its new pods: those that run already may differ, and either
 * may dial past their own proxy.
 */
export function otherForms(
  cluster: Cluster,
  target: Workload,
  port: number,
  client: ClientReference,
  next: ResolvedClient,
): readonly PossibleClient[] {
  const running = runningClients(cluster, target, port, client, next);
  const all: readonly PossibleClient[] = [[[], next], ...running];
  return [...running, ...all.flatMap(([when, seen]) => pastItsProxy(when, seen))];
}

function pastItsProxy(
  when: readonly Condition[],
  { unseenPorts, ...seen }: ResolvedClient,
): PossibleClient[] {
  if (unseenPorts === undefined) return [];
  const { identity: _, ...bare } = seen;
  return [[[...when, dialsPast(unseenPorts)], { ...bare, tls: 'none' }]];
}

function runningClients(
  cluster: Cluster,
  target: Workload,
  port: number,
  client: ClientReference,
  next: ResolvedClient,
): readonly PossibleClient[] {
  const pods = differingClients(cluster, client).flatMap((pod) => {
    const seen =
      pod === target ? undefined : resolveClient(cluster, target, port, { ...client, workload: pod });
    return seen === undefined ? [] : [{ pod, seen }];
  });
  const words = ({ tls, identity, place, unseenPorts = [] }: ResolvedClient): string =>
    [tls, identity, place.addresses.key, ...unseenPorts].join(' ');
  const isWithin = (seen: ResolvedClient): boolean =>
    words({ ...seen, place: next.place }) === words(next) &&
    seen.place.addresses.minus(next.place.addresses).isEmpty;
  const alike = groupBy(
    pods.filter(({ seen }) => !isWithin(seen)),
    ({ seen }) => words(seen),
  );
  return [...alike.values()].flatMap((some) =>
    some[0] === undefined ? [] : [[[isRunning(some.map(({ pod }) => pod.source))], some[0].seen] as const],
  );
}

/** The running pods of a client that a target may see otherwise than those that its workload makes from now on. */
function differingClients(cluster: Cluster, client: ClientReference): readonly Workload[] {
  const workload = 'workload' in client ? cluster.workload(client.workload) : undefined;
  if (workload === undefined) return [];
  return memoized(differing(cluster), workload, () =>
    cluster.runningPods(workload).filter((pod) => !isSeenAlike(cluster, workload, pod)),
  );
}

const differing = oncePer<Cluster, Map<Workload, readonly Workload[]>>(() => new Map());

function isSeenAlike(cluster: Cluster, workload: Workload, pod: Workload): boolean {
  const same = (of: (one: Workload) => unknown): boolean => of(workload) === of(pod);
  return (
    same(({ identity }) => identity) &&
    same(({ controlPlane }) => controlPlane) &&
    same(({ injection }) => injection.meshed) &&
    same((one) => podAnnotation(one, SKIP_OUTBOUND_PORTS)) &&
    whereaboutsOf(cluster, pod).addresses.minus(whereaboutsOf(cluster, workload).addresses).isEmpty
  );
}
