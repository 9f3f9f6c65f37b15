import type { Cluster } from '../../cluster/cluster';
import type { InboundPolicy } from '../../cluster/inbound-policy';
import { auditLast, sourceOf } from '../../cluster/policy-refs';
import type { Subject } from '../../cluster/relevance';
import { workloadKey, type Workload } from '../../cluster/workload';
import { assumptions, type Assumption } from '../../verdict/assumptions';
import { trafficClasses, type TrafficClass } from '../../verdict/access';
import { resolveClient, type ClientReference } from '../../verdict/client';
import { decide } from '../../verdict/decide';
import { verdictBy, type DecidingAuthorization, type Decision, type Verdict } from '../../verdict/decision';
import { mismatch } from '../../verdict/authorization-match';
import type { ResolvedTarget } from '../../verdict/references';
import { RAW_CONNECTION, type HttpRequest, type Traffic } from '../../verdict/request';
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
  /** What the manifests do not say and was assumed. */
  readonly assumptions: readonly Assumption[];
}

/**
 * Whether a client reaches a workload port. Without a request, every class of traffic a client would send to the port is
 * judged: each route's requests, and plain connections unless the port is HTTP-only.
 */
export function canReach(
  cluster: Cluster,
  target: ResolvedTarget,
  client: ClientReference,
  request?: HttpRequest,
): Reach {
  const workload = cluster.workload(target);
  if (workload === undefined) throw new Error(`${workloadKey(target)} is not in the cluster`);
  const who = dialling(client, target);
  const classes =
    request === undefined
      ? allClasses(cluster, workload, target, who)
      : [given(cluster, target, who, request)];
  const policy = policyOf(cluster, workload, target, classes);
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
    assumptions: assumptionsOf(cluster, workload, target, who),
    ...(policy === undefined ? {} : { policy }),
  };
}

/** Whether the client is let in: `all` of the decisive traffic, or `any` traffic at all. */
export function isAdmitted(reaches: readonly Reach[], how: 'all' | 'any'): boolean {
  if (how === 'all') return reaches.every(({ verdict }) => verdict === 'allow' || verdict === 'audit');
  return reaches.some(({ classes }) => classes.some(({ decision }) => letsIn(decision)));
}

export function letsIn({ verdict }: Pick<Decision, 'verdict'>): boolean {
  return verdict === 'allow' || verdict === 'audit';
}

/** If the target is a Service, a client from the manifests dials the Service's port. */
function dialling(client: ClientReference, { dialledPort }: ResolvedTarget): ClientReference {
  return 'workload' in client && dialledPort !== undefined ? { ...client, dialledPort } : client;
}

function given(
  cluster: Cluster,
  target: ResolvedTarget,
  client: ClientReference,
  request: HttpRequest,
): ReachClass {
  const traffic: Traffic = { kind: 'request', request };
  const decision = decide(cluster, target, client, traffic);
  return { ref: { kind: 'request' }, name: 'request', traffic, decision, decisive: true };
}

function allClasses(
  cluster: Cluster,
  workload: Workload,
  target: ResolvedTarget,
  client: ClientReference,
): readonly ReachClass[] {
  const connection = decide(cluster, target, client, RAW_CONNECTION);
  // Where no policy applies, all traffic fares alike.
  if (connection.server === undefined) {
    const ref = { kind: 'connection' } as const;
    return [{ ref, name: trafficName(ref), traffic: RAW_CONNECTION, decision: connection, decisive: true }];
  }
  const classes = trafficClasses(cluster, workload, target.port).map((found): ReachClass => {
    const { ref, name, traffic } = found;
    const decision = judged(cluster, workload, target, client, found);
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

/** A class without a sample is judged by its route's grants. */
function judged(
  cluster: Cluster,
  workload: Workload,
  target: ResolvedTarget,
  client: ClientReference,
  { traffic, access, hasSample: verified }: TrafficClass,
): Decision {
  const decision = decide(cluster, target, client, traffic);
  const { route } = access;
  if (verified || route === undefined) return decision;
  const seen = resolveClient(cluster, workload, target.port, client);
  const admitting = access.grants.flatMap((grant): DecidingAuthorization[] => {
    if (grant.level === 'outside-policy' || seen === undefined) return [];
    const { level, authorization } = grant;
    if (mismatch(authorization, seen, cluster.config.clusterNetworks) !== undefined) return [];
    const { ref, name, via } = authorization;
    return [{ ref, name, level, via, ...sourceOf(ref) }];
  });
  const authorizations = auditLast(admitting);
  const first = authorizations[0];
  const { notFound: _notFound, nearMisses: _nearMisses, routeSource: _routeSource, ...rest } = decision;
  return {
    ...rest,
    verdict: verdictBy(first),
    reason: first === undefined ? 'no-authorization' : 'authorized',
    because:
      first === undefined
        ? `nothing on ${route.name} admits this client`
        : `${first.name} admits this client`,
    route: route.name,
    ...(route.source === undefined ? {} : { routeSource: route.source }),
    authorizations,
    nearMisses: [],
    notes: [...decision.notes, `found no request that matches ${route.name}; judged as if there were one`],
  };
}

function together(classes: readonly ReachClass[]): ReachVerdict {
  const verdicts = new Set(
    classes.filter(({ decisive }) => decisive).map(({ decision }) => decision.verdict),
  );
  const [only] = verdicts;
  if (verdicts.size === 1 && only !== undefined) return only;
  if (verdicts.size === 0) return 'not-found';
  const isIn = verdicts.has('allow') || verdicts.has('audit');
  const isOut = verdicts.has('deny') || verdicts.has('not-found');
  if (isIn && isOut) return 'partly';
  return isIn ? 'audit' : 'deny';
}

function policyOf(
  cluster: Cluster,
  workload: Workload,
  { port }: ResolvedTarget,
  classes: readonly ReachClass[],
): InboundPolicy | undefined {
  const governed = classes.some(({ decision }) => decision.server !== undefined);
  return governed ? cluster.inboundPolicy(workload, port) : undefined;
}

function assumptionsOf(
  cluster: Cluster,
  workload: Workload,
  { port }: ResolvedTarget,
  client: ClientReference,
): readonly Assumption[] {
  return assumptions(
    cluster,
    workload,
    {
      namespace: (name) =>
        `the input has no Namespace ${name}; assuming it has no annotations: not injected, no default policy of its own`,
      owner: ({ server, owner }) =>
        `server/${server.name} selects the port too; the older Server owns it, and the files do not say which is older; assuming server/${owner.name}`,
    },
    { port, namespaces: 'workload' in client ? [client.workload.namespace] : [] },
  );
}

/** What an answer about targets is about; behind a Service, any workload of the namespace may be meant. */
export function canSubject(targets: readonly ResolvedTarget[]): Subject {
  const namespaces = [...new Set(targets.map(({ namespace }) => namespace))];
  const isDirect = targets.every(({ dialledPort }) => dialledPort === undefined);
  return { namespaces, ...(isDirect ? { workloads: targets } : {}) };
}
