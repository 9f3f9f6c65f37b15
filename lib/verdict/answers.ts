import type { OutsidePolicy, AccessGrant, Access } from './access-sets';
import { isAuditGrant } from './access-sets';
import { isElsewhere, type ClientAuthorization } from '../cluster/client-authorization';
import type { Cluster } from '../cluster/cluster';
import type { InboundPolicy } from '../cluster/inbound-policy';
import { mayAdmit } from '../cluster/unknown';
import type { Route } from '../cluster/route';
import type { Workload } from '../cluster/workload';
import { parseIdentity, workloadIdentity } from '../linkerd/identity';
import { classifyConnection } from './connection-path';
import { ClientSet, ClientIdentities } from '../sets/client-set';
import { AuthorizationSets } from './authorization-sets';
import { IdentitySet } from '../sets/identity-set';
import { NetworkSet } from '../sets/network-set';
import { RAW_CONNECTION, type HttpRequest, type Traffic } from './request';
import { mayBypassBySubnet, portBypass } from './outside-policy';
import type { NetworkMatch } from '../linkerd/network-match';
import { trafficName, type TrafficRef } from './traffic-ref';
import { requestFor } from './witness-request';
import { foldHalves, memoized, oncePer } from '../basics/collections';
import { CLIENT_TLS } from '../linkerd/client';

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

/** Where a connection arrives: the proxy's own ports differ from the application's (linkerd-policy 5.2, 5.3). */
export type Arrival = 'application' | 'admin' | 'inbound';

export function arrivalAt({ pod }: Workload, port: number): Arrival {
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

export const answersOf = oncePer<Cluster, Answers>(() => new Answers());

function everybodyAt(arrival: Arrival): ClientSet {
  return arrival === 'inbound' ? ClientSet.of(ClientIdentities.ofTls('mesh'), NetworkSet.ALL) : ClientSet.ALL;
}

/** Ports that policy does not govern. */
export function outsidePolicy(cluster: Cluster, workload: Workload, port: number): Access | undefined {
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

export function connectionClass(access: Access): TrafficClass {
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
