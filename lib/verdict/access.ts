import type { Access, PossibleAccess } from './access-sets';
import { inEveryCase } from './access-sets';
import type { TrafficClass } from './answers';
import { arrivalAt, answersOf, outsidePolicy, connectionClass } from './answers';
import type { Cluster } from '../cluster/cluster';
import type { PortVariant } from '../cluster/port-variant';
import { reachesRunning, type Condition } from '../cluster/unknown';
import type { Route } from '../cluster/route';
import { treatmentOf, type Treatment } from '../cluster/treatment';
import type { Workload } from '../cluster/workload';
import { ClientSet } from '../sets/client-set';
import { RAW_CONNECTION, parseRequest, type Traffic } from './request';
import { whichIsOldest, type Takers } from './request-regions';
import { bestRoutes } from './route-match';
import { differingPods, mayBypassBySubnet } from './outside-policy';
import { groupBy, memoized, oncePer } from '../basics/collections';

/** Who may send this traffic to a port (linkerd-policy 3.15, for all clients except the pod itself). */
export function access(
  cluster: Cluster,
  workload: Workload,
  port: number,
  traffic: Traffic = RAW_CONNECTION,
): Access {
  return accessByTakers(cluster, workload, port, traffic, takersOf(traffic));
}

/** The same for the pods that a workload makes from now on: without regard to those that run already. */
export function ownAccess(cluster: Cluster, workload: Workload, port: number, traffic: Traffic): Access {
  return accessToNext(cluster, workload, port, traffic, takersOf(traffic));
}

/** The routes that may take some requests, by all routes of a policy. */
export type TakersIn = (routes: readonly Route[]) => Takers;

/** Who may send requests that given routes take, or none does, be it known or not that there are such requests. */
export function accessByTakers(
  cluster: Cluster,
  workload: Workload,
  port: number,
  traffic: Traffic,
  takersIn: TakersIn,
): Access {
  const next = accessToNext(cluster, workload, port, traffic, takersIn);
  const pods = differingPods(cluster, workload, port).map((pod) => ({
    pod,
    access: accessToNext(cluster, pod, port, traffic, takersIn),
  }));
  if (pods.length === 0) return next;
  // Pods that let in the same clients for different reasons are told apart: each reason has its own remedy.
  const alike = groupBy(pods, ({ access: { allow, audit, possibly, grants } }) =>
    [...[allow, audit, possibly].map(({ key }) => key), ...grants.map(({ name }) => name)].join('\n'),
  );
  const running = [...alike.values()].flatMap(([one, ...others]): PossibleAccess[] =>
    one === undefined
      ? []
      : [{ access: one.access, when: [reachesRunning([one, ...others].map(({ pod }) => pod.source))] }],
  );
  return inEveryCase([{ access: next, when: [] }, ...running]);
}

/** Access to the pods that a workload makes from now on, or to one that is there. */
function accessToNext(
  cluster: Cluster,
  workload: Workload,
  port: number,
  traffic: Traffic,
  takersIn: TakersIn,
  variants?: readonly PortVariant[],
): Access {
  const outside = outsidePolicy(cluster, workload, port);
  if (outside !== undefined) return outside;
  const answers = answersOf(cluster);
  const arrival = arrivalAt(workload, port);
  const possible = (variants ?? cluster.policyVariants(workload, port)).flatMap(
    ({ policy, when }): PossibleAccess[] => {
      const takers = takersIn(policy.routes);
      if (takers.length === 0) return [{ access: answers.access(policy, traffic, undefined, arrival), when }];
      const conditions = whichIsOldest(takers);
      return takers.map((route, i) => ({
        access: answers.access(policy, traffic, route, arrival),
        when: [...when, ...(conditions[i] ?? [])],
      }));
    },
  );
  return answers.beside(workload, port, inEveryCase(possible));
}

/** One of the policies that may decide about a port. */
export interface PossiblePolicy {
  /** The same on both sides of a change. */
  readonly key: string;
  readonly routes: readonly Route[];
  /** Who may send such traffic if this policy decides, which is only possible. */
  readonly access: (traffic: Traffic, takersIn: TakersIn) => Access;
}

/** Each policy that a port may have, by the Server that may own it and the pod that a client may reach. */
export function possiblePolicies(
  cluster: Cluster,
  workload: Workload,
  port: number,
): readonly PossiblePolicy[] {
  return [workload, ...differingPods(cluster, workload, port)].flatMap((pod) => {
    const reached = pod === workload ? [] : [reachesRunning([pod.source])];
    const isOutside = outsidePolicy(cluster, pod, port) !== undefined;
    const variants = isOutside ? [undefined] : cluster.policyVariants(pod, port);
    return variants.map((variant): PossiblePolicy => ({
      key: `${pod === workload ? '' : pod.name} ${variant?.policy.governedBy.name ?? ''}`,
      routes: variant?.policy.routes ?? [],
      access: (traffic, takersIn) => {
        const own = variant === undefined ? undefined : [variant];
        const found = accessToNext(cluster, pod, port, traffic, takersIn, own);
        return onlyIf([...reached, ...(variant?.when ?? [])], found);
      },
    }));
  });
}

function onlyIf(when: readonly Condition[], found: Access): Access {
  if (when.length === 0) return found;
  return {
    ...found,
    allow: ClientSet.NONE,
    possibly: found.allow.or(found.possibly),
    grants: found.grants.map((grant) => ({ ...grant, when: [...when, ...(grant.when ?? [])] })),
  };
}

/** Those that the proxy picks. */
function takersOf(traffic: Traffic): TakersIn {
  const request = traffic.kind === 'request' ? parseRequest(traffic.request) : undefined;
  return (routes) => (request === undefined ? [] : bestRoutes(routes, request).map(({ route }) => route));
}

/** The routes of each policy that a port may have; none where policy does not govern. */
export function routeSets(cluster: Cluster, workload: Workload, port: number): readonly (readonly Route[])[] {
  const pods = [workload, ...differingPods(cluster, workload, port)];
  const sets = pods.flatMap((pod) =>
    outsidePolicy(cluster, pod, port) === undefined
      ? cluster.policyVariants(pod, port).map(({ policy }) => policy.routes)
      : [],
  );
  return [...new Set(sets)];
}

/** Whether mesh clients' requests may be refused there although their other bytes are not: a TLS port has no routes. */
export function mayBeTls(cluster: Cluster, workload: Workload, port: number): boolean {
  return [workload, ...differingPods(cluster, workload, port)].some(
    (pod) =>
      outsidePolicy(cluster, pod, port) === undefined &&
      cluster.policyVariants(pod, port).some(({ policy }) => policy.protocol === 'tls'),
  );
}

/** Access by traffic class; together the classes cover everything a client can send. */
export function trafficClasses(cluster: Cluster, workload: Workload, port: number): readonly TrafficClass[] {
  const running = differingPods(cluster, workload, port);
  const own = ownClasses(cluster, workload, port);
  if (running.length === 0) return own;
  const all = [...own, ...running.flatMap((pod) => ownClasses(cluster, pod, port))];
  return possibleClasses(all).map((one) => withAccess(cluster, workload, port, one));
}

/** The classes of the pods that a workload makes from now on: without regard to those that run already. */
export function ownClasses(cluster: Cluster, workload: Workload, port: number): readonly TrafficClass[] {
  const byPort = memoized(
    knownClasses(cluster),
    treatmentOf(cluster, workload),
    () => new Map<number, readonly TrafficClass[]>(),
  );
  return memoized(byPort, port, () => makeOwnClasses(cluster, workload, port));
}

const knownClasses = oncePer<Cluster, Map<Treatment, Map<number, readonly TrafficClass[]>>>(() => new Map());

function makeOwnClasses(cluster: Cluster, workload: Workload, port: number): readonly TrafficClass[] {
  const outside = outsidePolicy(cluster, workload, port);
  if (outside !== undefined) return [connectionClass(outside)];
  const answers = answersOf(cluster);
  const arrival = arrivalAt(workload, port);
  const variants = cluster.policyVariants(workload, port);
  const isSure = variants.length === 1 && variants[0]?.policy.routes.some(isOfUnknownAge) !== true;
  const mayBypass = mayBypassBySubnet(workload, port);
  const [only] = variants;
  if (isSure && !mayBypass && only !== undefined) return answers.classes(only.policy, arrival);
  const all = variants.flatMap(({ policy }) => answers.classes(policy, arrival));
  const classes = isSure
    ? all.map((one) => ({ ...one, access: answers.beside(workload, port, one.access) }))
    : possibleClasses(all).map((one) => withAccess(cluster, workload, port, one, accessToNext));
  // Past the proxy no protocol is closed.
  if (!mayBypass || classes.some(({ ref }) => ref.kind === 'connection')) return classes;
  return [...classes, connectionClass(accessToNext(cluster, workload, port, RAW_CONNECTION, () => []))];
}

function isOfUnknownAge({ isUndated }: Route): boolean {
  return isUndated;
}

function withAccess(
  cluster: Cluster,
  workload: Workload,
  port: number,
  found: TrafficClass,
  judge: typeof accessToNext = accessByTakers,
): TrafficClass {
  const { route } = found.access;
  const bySample = takersOf(found.traffic);
  const takersIn: TakersIn =
    found.hasSample || route === undefined
      ? bySample
      : (routes) => (routes.includes(route) ? [route] : bySample(routes));
  return { ...found, access: judge(cluster, workload, port, found.traffic, takersIn) };
}

/** The classes of all policies that a port may have, each once. */
function possibleClasses(classes: readonly TrafficClass[]): readonly TrafficClass[] {
  const known = new Map<unknown, TrafficClass>();
  for (const one of classes) {
    const key = identityOf(one);
    const other = known.get(key);
    if (other === undefined || (one.hasSample && !other.hasSample)) known.set(key, one);
  }
  return [...known.values()];
}

/** Routes of two groups may have one name, and so have the routes that Linkerd generates for HTTP and for gRPC. */
function identityOf({ ref, name, access: { route } }: TrafficClass): unknown {
  return ref.kind === 'object' ? ref.source : `${name} ${route?.kind ?? ''}`;
}
