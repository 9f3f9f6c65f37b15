import { isElsewhere, type ClientAuthorization } from '../cluster/client-authorization';
import type { Cluster } from '../cluster/cluster';
import type { InboundPolicy } from '../cluster/inbound-policy';
import type { PortVariant } from '../cluster/port-variant';
import { isAudit } from '../cluster/policy-refs';
import { mayAdmit, reachesRunning, type Condition } from '../cluster/unknown';
import type { Route } from '../cluster/route';
import type { Workload } from '../cluster/workload';
import { parseIdentity, workloadIdentity } from '../linkerd/identity';
import { classifyConnection } from './connection-path';
import { ClientSet, ClientIdentities } from '../sets/client-set';
import type { Reason } from './decision';
import { AuthorizationSets } from './authorization-sets';
import { IdentitySet } from '../sets/identity-set';
import { NetworkSet } from '../sets/network-set';
import { RAW_CONNECTION, parseRequest, type HttpRequest, type Traffic } from './request';
import { whichIsOldest, type Takers } from './request-regions';
import { bestRoutes } from './route-match';
import { differingPods, mayBypassBySubnet, portBypass } from './outside-policy';
import type { NetworkMatch } from '../linkerd/network-match';
import { trafficName, type TrafficRef } from './traffic-ref';
import { requestFor } from './witness-request';
import { foldHalves, groupBy, memoized, oncePer } from '../basics/collections';
import { CLIENT_TLS } from '../linkerd/client';

/** Why policy does not govern a port. */
export type OutsidePolicy = Extract<Reason, 'unmeshed-target' | 'port-skipped' | 'subnet-skipped' | 'tap'>;

/** Clients that one authorization (or the absence of policy) lets in. */
export type AccessGrant =
  | {
      readonly level: 'route' | 'server';
      /** As in a `Decision`. */
      readonly name: string;
      readonly authorization: ClientAuthorization;
      readonly clients: ClientSet;
      /** Only if all this is the case, which the input does not say. */
      readonly when?: readonly Condition[];
    }
  | {
      readonly level: 'outside-policy';
      readonly reason: OutsidePolicy;
      /** The reason. */
      readonly name: string;
      readonly authorization?: undefined;
      readonly clients: ClientSet;
      readonly when?: readonly Condition[];
    };

/** Whether a grant comes from the policy `audit`. */
export function isAuditGrant({ authorization }: AccessGrant): boolean {
  return authorization !== undefined && isAudit(authorization.ref);
}

/** The verdict for all clients at once, for one kind of traffic. Clients in none of the sets are refused. */
export interface Access {
  readonly reason: Reason;
  readonly server?: string;
  readonly route?: Route;
  readonly allow: ClientSet;
  /** Let in only because an `audit` policy lets everybody in; disjoint from `allow`. */
  readonly audit: ClientSet;
  /** Let in, or allowed instead of audited, if something is the case that the input does not say; disjoint from both. */
  readonly possibly: ClientSet;
  readonly grants: readonly AccessGrant[];
}

/** An access by some of its grants alone. */
export function restricted(access: Access, keep: (grant: AccessGrant) => boolean): Access {
  const grants = access.grants.filter(keep);
  if (grants.length === access.grants.length) return access;
  const by = (some: readonly AccessGrant[]): ClientSet => ClientSet.union(some.map(({ clients }) => clients));
  // Who is let in only if something is the case is not in these sets.
  const surely = access.allow.or(access.audit);
  const allow = by(grants.filter((grant) => !isAuditGrant(grant))).and(access.allow);
  const audit = by(grants.filter(isAuditGrant)).and(surely).minus(allow);
  return { ...access, grants, allow, audit, possibly: access.possibly.and(by(grants)).minus(audit) };
}

/** Traffic that a port's policy does not distinguish, and who may send it. */
export interface TrafficClass {
  readonly ref: TrafficRef;
  /** `connection`, or the route's name. */
  readonly name: string;
  /** A sample, which `decide` can be asked about. */
  readonly traffic: Traffic;
  readonly access: Access;
  /** Whether the sample is known to take this route; if not, the route is judged as if something did. */
  readonly hasSample: boolean;
}

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
  const alike = groupBy(pods, ({ access: { allow, audit, possibly } }) =>
    [allow, audit, possibly].map(({ key }) => key).join('\n'),
  );
  const running = [...alike.values()].flatMap(([one, ...others]): PossibleAccess[] =>
    one === undefined
      ? []
      : [{ access: one.access, when: [reachesRunning([one, ...others].map(({ pod }) => pod.source))] }],
  );
  return together([{ access: next, when: [] }, ...running]);
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
  return answers.beside(workload, port, together(possible));
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

/** Where a connection arrives: the proxy's own ports differ from the application's (linkerd-policy 5.2, 5.3). */
type Arrival = 'application' | 'admin' | 'inbound';

function arrivalAt({ pod }: Workload, port: number): Arrival {
  if (port === pod.proxyPorts.admin) return 'admin';
  return port === pod.proxyPorts.inbound ? 'inbound' : 'application';
}

/** Answers about the ports of one cluster. Ports with the same policy share one answer. */
class Answers {
  private readonly sets = new AuthorizationSets();
  private readonly known = new Map<InboundPolicy, Map<Arrival, readonly TrafficClass[]>>();
  private readonly bypassed = new Map<Access, Map<readonly NetworkMatch[], Access>>();
  private readonly samples = new Map<readonly Route[], Map<Route, HttpRequest | undefined>>();

  public classes(policy: InboundPolicy, arrival: Arrival): readonly TrafficClass[] {
    const byArrival = memoized(this.known, policy, () => new Map<Arrival, readonly TrafficClass[]>());
    return memoized(byArrival, arrival, () => this.makeClasses(policy, arrival));
  }

  /** An access together with the clients who come past the proxy by their address. */
  public beside(workload: Workload, port: number, access: Access): Access {
    if (!mayBypassBySubnet(workload, port)) return access;
    const bySubnets = memoized(this.bypassed, access, () => new Map<readonly NetworkMatch[], Access>());
    return memoized(bySubnets, workload.pod.settings.skippedSubnets, (subnets) => {
      const clients = ClientSet.of(ClientIdentities.ALL, NetworkSet.fromItems(subnets));
      const reason = 'subnet-skipped';
      const grant: AccessGrant = { level: 'outside-policy', reason, name: reason, clients };
      return {
        ...access,
        allow: access.allow.or(clients),
        audit: access.audit.minus(clients),
        possibly: access.possibly.minus(clients),
        grants: [...access.grants, grant],
      };
    });
  }

  public access(policy: InboundPolicy, traffic: Traffic, route: Route | undefined, arrival: Arrival): Access {
    const server = policy.governedBy.name;
    const sure: AccessGrant[] = [];
    const uncertain: AccessGrant[] = [];
    const add = (level: 'route' | 'server', authorization: ClientAuthorization): void => {
      const { name, given = [] } = authorization;
      const clients = isElsewhere(authorization)
        ? everybodyAt(arrival)
        : this.clients(policy, traffic, route, arrival, level, authorization);
      if (clients.isEmpty) return;
      if (given.length === 0) sure.push({ name, level, authorization, clients });
      else uncertain.push({ name, level, authorization, clients, when: given.map(mayAdmit) });
    };
    const isBroken = policy.invalidBecause !== undefined;
    if (traffic.kind === 'request' && !isBroken) {
      for (const own of route?.authorizations ?? []) add('route', own);
      for (const own of route?.uncertain ?? []) add('route', own);
    }
    for (const own of policy.authorizations) add('server', own);
    for (const own of policy.uncertain) add('server', own);
    const together = (some: readonly AccessGrant[]): ClientSet =>
      foldHalves(
        some.map(({ clients }) => clients),
        (a, b) => this.sets.union(a, b),
        ClientSet.NONE,
      );
    const allow = together(sure.filter((grant) => !isAuditGrant(grant)));
    const possibly = uncertain.length === 0 ? ClientSet.NONE : together(uncertain).minus(allow);
    const audit = together(sure.filter(isAuditGrant)).minus(allow).minus(possibly);
    const grants = [...sure, ...uncertain];
    const reason = isBroken ? 'broken-policy' : 'authorized';
    const taken = route === undefined || isBroken ? {} : { route };
    return { reason, server, allow, audit, possibly, grants, ...taken };
  }

  private clients(
    policy: InboundPolicy,
    traffic: Traffic,
    route: Route | undefined,
    arrival: Arrival,
    level: 'route' | 'server',
    authorization: ClientAuthorization,
  ): ClientSet {
    let clients = ClientSet.NONE;
    for (const tls of CLIENT_TLS) {
      // The proxy's inbound port accepts only mesh connections.
      if (arrival === 'inbound' && tls !== 'mesh') continue;
      const judgement = classifyConnection(policy.protocol, tls, traffic, arrival === 'admin');
      if (judgement.path === 'mismatch' || judgement.path === 'not-found') continue;
      if (judgement.path === 'http' ? route === undefined : level === 'route') continue;
      clients = this.sets.union(clients, this.sets.admitted(authorization, tls, judgement.tls));
    }
    return clients;
  }

  private makeClasses(policy: InboundPolicy, arrival: Arrival): readonly TrafficClass[] {
    // A route without rules takes no request.
    const matching = policy.routes.filter(({ rules }) => rules.length > 0);
    const classes = matching.map((route): TrafficClass => {
      const request = this.sampleRequest(policy, route);
      const traffic: Traffic = { kind: 'request', request: request ?? { path: '/' } };
      return {
        ref: route.ref,
        name: route.name,
        traffic,
        access: this.access(policy, traffic, route, arrival),
        hasSample: request !== undefined,
      };
    });
    // A port that speaks HTTP closes everything else, which is not a class worth listing.
    const isHttpOnly =
      arrival === 'admin' ||
      policy.protocol === 'http1' ||
      policy.protocol === 'http2' ||
      policy.protocol === 'grpc';
    if (isHttpOnly && classes.length > 0 && policy.invalidBecause === undefined) return classes;
    const access = this.access(policy, RAW_CONNECTION, undefined, arrival);
    return [...classes, connectionClass(access)];
  }

  /** Ports without routes of their own share the generated ones, and so their samples. */
  private sampleRequest(policy: InboundPolicy, route: Route): HttpRequest | undefined {
    const requests = memoized(this.samples, policy.routes, () => new Map<Route, HttpRequest | undefined>());
    if (!requests.has(route)) requests.set(route, requestFor(policy, route));
    return requests.get(route);
  }
}

const answersOf = oncePer<Cluster, Answers>(() => new Answers());

interface PossibleAccess {
  readonly access: Access;
  readonly when: readonly Condition[];
}

/** What is the case whatever is true, and what may be. */
function together(all: readonly PossibleAccess[]): Access {
  const [first, ...others] = all;
  if (first === undefined) throw new Error('a port has at least one policy');
  if (others.length === 0) return first.access;
  const letIn = ({ access: { allow, audit } }: PossibleAccess): ClientSet => allow.or(audit);
  const allow = others.reduce((set, { access }) => set.and(access.allow), first.access.allow);
  const audit = others.reduce((set, { access }) => set.and(access.audit), first.access.audit);
  const anyhow = ClientSet.union(all.flatMap((one) => [letIn(one), one.access.possibly]));
  const made = all.flatMap(({ access: { grants }, when }) => grants.map((grant) => ({ grant, when })));
  return {
    ...first.access,
    allow,
    audit,
    possibly: anyhow.minus(allow).minus(audit),
    grants: distinct(made, all.length),
  };
}

interface MadeGrant {
  readonly grant: AccessGrant;
  /** In which case it is made. */
  readonly when: readonly Condition[];
}

/** A grant that is made in all cases has no conditions but its own. */
function distinct(made: readonly MadeGrant[], cases: number): readonly AccessGrant[] {
  const same = groupBy(made, ({ grant: { name, level, clients, when = [] } }) =>
    [level, name, clients.key, ...when.map(({ text }) => text)].join(' '),
  );
  return [...same.values()].flatMap((some): readonly AccessGrant[] => {
    const [one] = some;
    if (one !== undefined && some.length >= cases) return [one.grant];
    return some.map(({ grant, when }) => ({ ...grant, when: [...when, ...(grant.when ?? [])] }));
  });
}

function everybodyAt(arrival: Arrival): ClientSet {
  return arrival === 'inbound' ? ClientSet.of(ClientIdentities.ofTls('mesh'), NetworkSet.ALL) : ClientSet.ALL;
}

/** Ports that policy does not govern. */
function outsidePolicy(cluster: Cluster, workload: Workload, port: number): Access | undefined {
  if (!workload.injection.meshed) return everybody('unmeshed-target');
  const bypass = portBypass(cluster, workload, port);
  if (bypass?.reason === 'tap') {
    return tapAccess(cluster);
  }
  return bypass === undefined ? undefined : everybody('port-skipped');
}

const tapAccess = oncePer(({ config }: Cluster): Access => {
  const identity = parseIdentity(workloadIdentity('tap', config.vizNamespace, config));
  return outside(
    'tap',
    ClientSet.of(new ClientIdentities(false, false, IdentitySet.of(identity)), NetworkSet.ALL),
  );
});

function connectionClass(access: Access): TrafficClass {
  const ref = { kind: 'connection' } as const;
  return { ref, name: trafficName(ref), traffic: RAW_CONNECTION, access, hasSample: true };
}

const EVERYBODY = new Map<OutsidePolicy, Access>();

function everybody(reason: OutsidePolicy): Access {
  return memoized(EVERYBODY, reason, () => outside(reason, ClientSet.ALL));
}

function outside(reason: OutsidePolicy, clients: ClientSet): Access {
  return {
    reason,
    allow: clients,
    audit: ClientSet.NONE,
    possibly: ClientSet.NONE,
    grants: [{ level: 'outside-policy', reason, name: reason, clients }],
  };
}
