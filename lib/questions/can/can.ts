import { groupBy } from '../../basics/collections';
import type { Cluster } from '../../cluster/cluster';
import type { InboundPolicy } from '../../cluster/inbound-policy';
import type { PortVariant } from '../../cluster/port-variant';
import type { Subject } from '../../cluster/relevance';
import { reachesRunning } from '../../cluster/unknown';
import { workloadKey, type Workload } from '../../cluster/workload';
import { assumptions, type Assumption } from '../../verdict/assumptions';
import { trafficClasses } from '../../verdict/access';
import { outsidePolicy } from '../../verdict/answers';
import type { ClientReference } from '../../verdict/client';
import { decide } from '../../verdict/decide';
import { letsIn, mayLetIn, type Decision, type Verdict } from '../../verdict/decision';
import { differingPods } from '../../verdict/outside-policy';
import type { ResolvedTarget } from '../../verdict/target-reference';
import { RAW_CONNECTION, type Traffic } from '../../verdict/request';
import { isProbe, trafficName, type TrafficRef } from '../../verdict/traffic-ref';
import { unroutableRequest } from '../../verdict/witness-request';

/** `partly`: some of the traffic meant for the port gets in, and some does not. */
export type ReachVerdict = Verdict | 'partly';

/** Traffic of a port, a given request, or a request that no route matches. */
export type ReachRef = TrafficRef | { readonly kind: 'request' };

/** The verdict for one class of traffic: traffic that the port's policy treats alike. */
export interface ReachClass {
  readonly ref: ReachRef;
  /** `connection` (non-HTTP bytes), a route's name, `unmatched`, or `request` for a given request. */
  readonly name: string;
  /** A sample of the class; `can` gives the same verdict for it. */
  readonly traffic: Traffic;
  readonly decision: Decision;
  /**
   * Whether the port's verdict depends on it. Requests that no route matches do not count, nor do Linkerd's own probe
   * paths, which are open to everyone.
   */
  readonly decisive: boolean;
}

/** Whether a client reaches one workload port. */
export interface Reach {
  readonly target: ResolvedTarget;
  readonly workload: Workload;
  readonly verdict: ReachVerdict;
  readonly classes: readonly ReachClass[];
  /** Declared names of the port. */
  readonly portNames: readonly string[];
  /** The port's policy; absent if no policy applies. */
  readonly policy?: InboundPolicy;
  /** Each policy that the port may have, and if what, where that is not known: `policy` is the first. @default one */
  readonly policies?: readonly PortVariant[];
  /** What the manifests do not say and was assumed. */
  readonly assumptions: readonly Assumption[];
}

/**
 * Whether a client reaches a workload port. Without traffic, every class of traffic a client would send to the port is
 * judged: each route's requests, and plain connections unless the port is HTTP-only.
 */
export function canReach(
  cluster: Cluster,
  target: ResolvedTarget,
  client: ClientReference,
  traffic?: Traffic,
): Reach {
  const workload = cluster.workload(target);
  if (workload === undefined) throw new Error(`${workloadKey(target)} is not in the cluster`);
  const who = dialling(client, target);
  const classes =
    traffic === undefined
      ? allClasses(cluster, workload, target, who)
      : [given(cluster, target, who, traffic)];
  const policies = policiesOf(cluster, workload, target, classes);
  const [first] = policies;
  return {
    target,
    workload,
    verdict: together(classes),
    classes,
    portNames: [
      ...new Set(
        workload.pod.ports.flatMap(({ number, name }) =>
          number === target.port && name !== undefined ? [name] : [],
        ),
      ),
    ],
    assumptions: assumptionsOf(cluster, workload, who),
    ...(first === undefined ? {} : { policy: first.policy }),
    ...(policies.length < 2 ? {} : { policies }),
  };
}

/** Whether the client is surely let in with `all` of the decisive traffic, or possibly with `any` traffic at all. */
export function areLetIn(reaches: readonly Reach[], how: 'all' | 'any'): boolean {
  if (how === 'any') return reaches.some(({ classes }) => classes.some(({ decision }) => mayLetIn(decision)));
  return reaches.every(({ classes, verdict }) => {
    const decisive = classes.filter((one) => one.decisive);
    return verdict !== 'not-found' && decisive.every(({ decision }) => letsIn(decision));
  });
}

/** If the target is a Service, a client from the manifests dials the Service's port. */
function dialling(client: ClientReference, { dialledPort }: ResolvedTarget): ClientReference {
  return 'workload' in client && dialledPort !== undefined ? { ...client, dialledPort } : client;
}

function given(
  cluster: Cluster,
  target: ResolvedTarget,
  client: ClientReference,
  traffic: Traffic,
): ReachClass {
  const decision = decide(cluster, target, client, traffic);
  const { kind } = traffic;
  return { ref: { kind }, name: kind, traffic, decision, decisive: true };
}

function allClasses(
  cluster: Cluster,
  workload: Workload,
  target: ResolvedTarget,
  client: ClientReference,
): readonly ReachClass[] {
  const connection = decide(cluster, target, client, RAW_CONNECTION);
  // Where no policy applies, to pods that run already either, all traffic fares alike.
  if (connection.server === undefined && differingPods(cluster, workload, target.port).length === 0) {
    const ref = { kind: 'connection' } as const;
    return [{ ref, name: trafficName(ref), traffic: RAW_CONNECTION, decision: connection, decisive: true }];
  }
  const classes = trafficClasses(cluster, workload, target.port).map((found): ReachClass => {
    const { ref, name, traffic, access, hasSample } = found;
    const decision = hasSample
      ? decide(cluster, target, client, traffic)
      : assumed(decide(cluster, target, client, traffic, access.route), name);
    return { ref, name, traffic, decision, decisive: !isProbe(ref) };
  });
  const policy = cluster.inboundPolicy(workload, target.port);
  const hasOwnRoutes = policy.routes.some(({ source }) => source !== undefined);
  const unroutable = hasOwnRoutes ? unroutableRequest(policy) : undefined;
  if (unroutable === undefined) return classes;
  const traffic: Traffic = { kind: 'request', request: unroutable };
  const decision = decide(cluster, target, client, traffic);
  return [...classes, { ref: { kind: 'unmatched' }, name: 'unmatched', traffic, decision, decisive: false }];
}

/** No request is known that the route takes, so it is judged as if there were one. */
function assumed(decision: Decision, route: string): Decision {
  const note = `found no request that matches ${route}; judged as if there were one`;
  return { ...decision, notes: [...decision.notes, note] };
}

function together(classes: readonly ReachClass[]): ReachVerdict {
  const verdicts = new Set(
    classes.filter(({ decisive }) => decisive).map(({ decision }) => decision.verdict),
  );
  const [only] = verdicts;
  if (verdicts.size === 1 && only !== undefined) return only;
  if (verdicts.size === 0) return 'not-found';
  const decisions = classes.filter(({ decisive }) => decisive).map(({ decision }) => decision);
  const isIn = decisions.some(letsIn);
  if (isIn && !decisions.every(mayLetIn)) return 'partly';
  if (verdicts.has('depends')) return 'depends';
  return isIn ? 'audit' : 'deny';
}

/** Each policy that may govern the port, of the pods that run already too; none if no policy applies. */
function policiesOf(
  cluster: Cluster,
  workload: Workload,
  { port }: ResolvedTarget,
  classes: readonly ReachClass[],
): readonly PortVariant[] {
  if (classes.every(({ decision }) => decision.server === undefined)) return [];
  const own = cluster.policyVariants(workload, port);
  const known = new Set(own.map(({ policy }) => policy));
  const governed = differingPods(cluster, workload, port).filter(
    (pod) => outsidePolicy(cluster, pod, port) === undefined,
  );
  const alike = groupBy(governed, (pod) => cluster.policyVariants(pod, port));
  const running = [...alike].flatMap(([variants, pods]) => {
    const reached = reachesRunning(pods.map(({ source }) => source));
    const others = variants.filter(({ policy }) => !known.has(policy));
    return others.map(({ policy, when }) => ({ policy, when: [reached, ...when] }));
  });
  return [...own, ...running];
}

function assumptionsOf(cluster: Cluster, workload: Workload, client: ClientReference): readonly Assumption[] {
  return assumptions(
    cluster,
    workload,
    (lack) => `${lack}; assuming it has no annotations: not injected, no default policy of its own`,
    'workload' in client ? [client.workload.namespace] : [],
  );
}

/** What an answer about targets is about; behind a Service, any workload of the namespace may be meant. */
export function canSubject(targets: readonly ResolvedTarget[]): Subject {
  const namespaces = [...new Set(targets.map(({ namespace }) => namespace))];
  const isDirect = targets.every(({ dialledPort }) => dialledPort === undefined);
  return { namespaces, ...(isDirect ? { workloads: targets } : {}) };
}
