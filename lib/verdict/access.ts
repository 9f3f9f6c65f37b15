import type { ClientAuthorization } from '../cluster/client-authorization';
import type { Cluster } from '../cluster/cluster';
import type { InboundPolicy } from '../cluster/inbound-policy';
import { isAudit } from '../cluster/policy-refs';
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
import { bestRoute } from './route-match';
import { mayBypassBySubnet, portBypass } from './outside-policy';
import type { NetworkMatch } from '../linkerd/network-match';
import { trafficName, type TrafficRef } from './traffic-ref';
import { requestFor } from './witness-request';
import { foldHalves, memoized, oncePer } from '../basics/collections';
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
    }
  | {
      readonly level: 'outside-policy';
      readonly reason: OutsidePolicy;
      /** The reason. */
      readonly name: string;
      readonly authorization?: undefined;
      readonly clients: ClientSet;
    };

/** Whether a grant comes from the policy `audit`. */
export function isAuditGrant({ authorization }: AccessGrant): boolean {
  return authorization !== undefined && isAudit(authorization.ref);
}

/** The verdict for all clients at once, for one kind of traffic. Clients in neither set are refused. */
export interface Access {
  readonly reason: Reason;
  readonly server?: string;
  readonly route?: Route;
  readonly allow: ClientSet;
  /** Let in only because an `audit` policy lets everybody in; disjoint from `allow`. */
  readonly audit: ClientSet;
  readonly grants: readonly AccessGrant[];
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
  const outside = outsidePolicy(cluster, workload, port);
  if (outside !== undefined) return outside;
  const policy = cluster.inboundPolicy(workload, port);
  const parsed = traffic.kind === 'request' ? parseRequest(traffic.request) : undefined;
  const route = parsed === undefined ? undefined : bestRoute(policy.routes, parsed)?.route;
  return accessByRoute(cluster, workload, port, traffic, route);
}

/** Who may send requests that a given route takes, or none does, be it known or not that there are such requests. */
export function accessByRoute(
  cluster: Cluster,
  workload: Workload,
  port: number,
  traffic: Traffic,
  route: Route | undefined,
): Access {
  const outside = outsidePolicy(cluster, workload, port);
  if (outside !== undefined) return outside;
  const policy = cluster.inboundPolicy(workload, port);
  const answers = answersOf(cluster);
  return answers.beside(workload, port, answers.access(policy, traffic, route, arrivalAt(workload, port)));
}

/** The routes of a port; none where policy does not govern. */
export function routesOf(cluster: Cluster, workload: Workload, port: number): readonly Route[] {
  return outsidePolicy(cluster, workload, port) === undefined
    ? cluster.inboundPolicy(workload, port).routes
    : NO_ROUTES;
}

const NO_ROUTES: readonly Route[] = [];

/** Access by traffic class; together the classes cover everything a client can send. */
export function trafficClasses(cluster: Cluster, workload: Workload, port: number): readonly TrafficClass[] {
  const outside = outsidePolicy(cluster, workload, port);
  if (outside !== undefined) return [connectionClass(outside)];
  const answers = answersOf(cluster);
  const policy = cluster.inboundPolicy(workload, port);
  const arrival = arrivalAt(workload, port);
  const classes = answers.classes(policy, arrival);
  if (!mayBypassBySubnet(workload, port)) return classes;
  // Past the proxy no protocol is closed.
  const hasConnections = classes.some(({ ref }) => ref.kind === 'connection');
  const raw = hasConnections
    ? []
    : [connectionClass(answers.access(policy, RAW_CONNECTION, undefined, arrival))];
  return [...classes, ...raw].map((one) => ({ ...one, access: answers.beside(workload, port, one.access) }));
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
        grants: [...access.grants, grant],
      };
    });
  }

  public access(policy: InboundPolicy, traffic: Traffic, route: Route | undefined, arrival: Arrival): Access {
    const server = policy.governedBy.name;
    if (policy.invalidBecause !== undefined) return { ...NOBODY, reason: 'broken-policy', server };
    const grants: AccessGrant[] = [];
    const add = (level: 'route' | 'server', authorization: ClientAuthorization): void => {
      const clients = this.clients(policy, traffic, route, arrival, level, authorization);
      if (!clients.isEmpty) grants.push({ name: authorization.name, level, authorization, clients });
    };
    if (traffic.kind === 'request') for (const own of route?.authorizations ?? []) add('route', own);
    for (const own of policy.authorizations) add('server', own);
    const together = (some: readonly AccessGrant[]): ClientSet =>
      foldHalves(
        some.map(({ clients }) => clients),
        (a, b) => this.sets.union(a, b),
        ClientSet.NONE,
      );
    const allow = together(grants.filter((grant) => !isAuditGrant(grant)));
    const audit = together(grants.filter(isAuditGrant)).minus(allow);
    return { reason: 'authorized', server, allow, audit, grants, ...(route === undefined ? {} : { route }) };
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

const NOBODY = { allow: ClientSet.NONE, audit: ClientSet.NONE, grants: [] } as const;

/** Ports that policy does not govern. */
function outsidePolicy(cluster: Cluster, workload: Workload, port: number): Access | undefined {
  if (!workload.injection.meshed) return everybody('unmeshed-target');
  const bypass = portBypass(cluster, workload, port);
  if (bypass?.reason === 'tap') {
    const identity = parseIdentity(workloadIdentity('tap', cluster.config.vizNamespace, cluster.config));
    const tap = ClientSet.of(new ClientIdentities(false, false, IdentitySet.of(identity)), NetworkSet.ALL);
    return outside('tap', tap);
  }
  return bypass === undefined ? undefined : everybody('port-skipped');
}

function connectionClass(access: Access): TrafficClass {
  const ref = { kind: 'connection' } as const;
  return { ref, name: trafficName(ref), traffic: RAW_CONNECTION, access, hasSample: true };
}

function everybody(reason: OutsidePolicy): Access {
  return outside(reason, ClientSet.ALL);
}

function outside(reason: OutsidePolicy, clients: ClientSet): Access {
  return {
    reason,
    allow: clients,
    audit: ClientSet.NONE,
    grants: [{ level: 'outside-policy', reason, name: reason, clients }],
  };
}
