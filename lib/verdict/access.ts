import { AUDIT, type Authorization } from '../cluster/authorization';
import type { Cluster } from '../cluster/cluster';
import type { NetworkMatch } from '../cluster/decode';
import type { PortPolicy } from '../cluster/port-policy';
import type { Route } from '../cluster/route';
import type { Workload } from '../cluster/workload';
import { parseIdentity, workloadIdentity, type IdentityPattern } from '../linkerd/identity';
import { CLIENT_TLS, judge, type ClientTls } from './arrival';
import { ClientSet, PeerSet } from './client-set';
import type { Reason } from './decision';
import { IdentitySet } from './identity-set';
import { NetworkSet } from './network-set';
import { CONNECTION, parseRequest, type HttpRequest, type Traffic } from './request';
import { bestRoute } from './route-match';
import { requestFor } from './witness-request';

/** Clients whom one authorization (or the absence of policy) lets in. */
export interface Grant {
  /** As in a `Decision`; for ports that policy does not govern, the reason. */
  readonly name: string;
  readonly level: 'route' | 'server' | 'unpoliced';
  readonly authorization?: Authorization;
  readonly clients: ClientSet;
}

/** The verdict for all clients at once, for one kind of traffic. Clients in neither set are refused. */
export interface Access {
  readonly reason: Reason;
  readonly server?: string;
  readonly route?: Route;
  readonly allow: ClientSet;
  /** Let in only because an `audit` policy lets everybody in; disjoint from `allow`. */
  readonly audit: ClientSet;
  readonly grants: readonly Grant[];
}

/** Traffic that a port's policy does not tell apart: non-HTTP connections, or the requests of one route. */
export interface TrafficClass {
  /** `connection`, or the route's name. */
  readonly name: string;
  /** A specimen: what `decide` can be asked with. */
  readonly traffic: Traffic;
  readonly access: Access;
  /** Whether the specimen is known to take this route; if not, the route is judged as if something did. */
  readonly verified: boolean;
}

/** Who may send this traffic to a port (linkerd-policy 3.15, for all clients but the pod itself). */
export function access(
  cluster: Cluster,
  workload: Workload,
  port: number,
  traffic: Traffic = CONNECTION,
): Access {
  const unpoliced = outsidePolicy(cluster, workload, port);
  if (unpoliced !== undefined) return unpoliced;
  const { admin, inbound } = workload.pod.proxyPorts;
  const policy = cluster.portPolicy(workload, port);
  const parsed = traffic.kind === 'request' ? parseRequest(traffic.request) : undefined;
  const route = parsed === undefined ? undefined : bestRoute(policy.routes, parsed)?.route;
  return policyAccess(policy, traffic, route, port === admin, port === inbound);
}

/** Access by class of traffic: together they cover everything that a client can send. */
export function trafficClasses(cluster: Cluster, workload: Workload, port: number): TrafficClass[] {
  const unpoliced = outsidePolicy(cluster, workload, port);
  if (unpoliced !== undefined)
    return [{ name: 'connection', traffic: CONNECTION, access: unpoliced, verified: true }];
  const policy = cluster.portPolicy(workload, port);
  const { admin, inbound } = workload.pod.proxyPorts;
  const where = port === admin ? 'admin' : port === inbound ? 'inbound' : 'application';
  const cache = CLASSES.get(policy) ?? new Map<string, TrafficClass[]>();
  CLASSES.set(policy, cache);
  const known = cache.get(where);
  if (known !== undefined) return known;
  const classes = classesOf(policy, where === 'admin', where === 'inbound');
  cache.set(where, classes);
  return classes;
}

const CLASSES = new WeakMap<PortPolicy, Map<string, TrafficClass[]>>();

function classesOf(policy: PortPolicy, direct: boolean, meshOnly: boolean): TrafficClass[] {
  const connection = policyAccess(policy, CONNECTION, undefined, direct, meshOnly);
  const byRoute = policy.routes.map((route): TrafficClass => {
    const request = specimen(policy, route);
    const traffic: Traffic = { kind: 'request', request: request ?? { path: '/' } };
    return {
      name: route.name,
      traffic,
      access: policyAccess(policy, traffic, route, direct, meshOnly),
      verified: request !== undefined,
    };
  });
  // A port that speaks HTTP closes everything else, which is no class worth a word.
  const isHttpOnly = policy.mode === 'http1' || policy.mode === 'http2' || policy.mode === 'grpc';
  if (isHttpOnly && policy.broken === undefined) return byRoute;
  return [...byRoute, { name: 'connection', traffic: CONNECTION, access: connection, verified: true }];
}

/** Ports without routes of their own share the generated ones, and so their specimens. */
function specimen(policy: PortPolicy, route: Route): HttpRequest | undefined {
  const requests = memoized(SPECIMENS, policy.routes, () => new Map<Route, HttpRequest | undefined>());
  if (!requests.has(route)) requests.set(route, requestFor(policy, route));
  return requests.get(route);
}

const SPECIMENS = new WeakMap<readonly Route[], Map<Route, HttpRequest | undefined>>();

function policyAccess(
  policy: PortPolicy,
  traffic: Traffic,
  route: Route | undefined,
  direct: boolean,
  meshOnly: boolean,
): Access {
  const server = policy.server.name;
  if (policy.broken !== undefined) return { ...NOBODY, reason: 'broken-policy', server };
  const grants: Grant[] = [];
  const collect = (authorization: Authorization, level: Grant['level'], clients: ClientSet): void => {
    if (!clients.isEmpty) grants.push({ name: authorization.name, level, authorization, clients });
  };
  const levels = [
    ...(traffic.kind === 'connection'
      ? []
      : (route?.authorizations ?? []).map((own) => ['route', own] as const)),
    ...policy.authorizations.map((own) => ['server', own] as const),
  ];
  for (const [level, authorization] of levels) {
    const clients = CLIENT_TLS.filter((tls) => tls === 'mesh' || !meshOnly).reduce((all, tls) => {
      const judgement = judge(policy.mode, tls, traffic, direct);
      if (judgement.path === 'mismatch' || judgement.path === 'not-found') return all;
      if (judgement.path === 'http' && route === undefined) return all;
      if (judgement.path === 'tcp' && level === 'route') return all;
      return union(all, admitted(authorization, tls, judgement.tls));
    }, ClientSet.NONE);
    collect(authorization, level, clients);
  }
  const together = (some: readonly Grant[]): ClientSet =>
    some.reduce((all, { clients }) => union(all, clients), ClientSet.NONE);
  const allow = together(grants.filter(({ name }) => name !== AUDIT));
  const audit = together(grants.filter(({ name }) => name === AUDIT)).minus(allow);
  return {
    reason: 'authorized',
    server,
    allow,
    audit,
    grants,
    ...(route === undefined ? {} : { route }),
  };
}

const NOBODY = { allow: ClientSet.NONE, audit: ClientSet.NONE, grants: [] } as const;

/** Ports that policy does not govern. */
function outsidePolicy(cluster: Cluster, workload: Workload, port: number): Access | undefined {
  if (!workload.injection.meshed) return everybody('unmeshed-target');
  const { admin, control } = workload.pod.proxyPorts;
  if (port === control) {
    const identity = parseIdentity(workloadIdentity('tap', cluster.config.vizNamespace, cluster.config));
    return unpoliced(
      'tap',
      ClientSet.of(new PeerSet(false, false, IdentitySet.of(identity)), NetworkSet.ALL),
    );
  }
  if (port !== admin && workload.pod.skippedInbound.has(port)) return everybody('port-skipped');
  return undefined;
}

function everybody(reason: Reason): Access {
  return unpoliced(reason, ClientSet.ALL);
}

function unpoliced(reason: Reason, clients: ClientSet): Access {
  return {
    reason,
    allow: clients,
    audit: ClientSet.NONE,
    grants: [{ name: reason, level: 'unpoliced', clients }],
  };
}

/** The clients of one kind of TLS whom an authorization admits, given what the proxy sees of that TLS. */
function admitted(authorization: Authorization, tls: ClientTls, seen: ClientTls): ClientSet {
  const peers = admittedPeers(authorization, tls, seen);
  if (peers.isEmpty) return ClientSet.NONE;
  const networks = memoized(NETWORKS, authorization.networks, NetworkSet.fromItems);
  const byPeers = memoized(CLIENTS, networks, () => new WeakMap<PeerSet, ClientSet>());
  return memoized(byPeers, peers, () => ClientSet.of(peers, networks));
}

function admittedPeers({ admits }: Authorization, tls: ClientTls, seen: ClientTls): PeerSet {
  if (admits.kind === 'anyone') return PeerSet.ofTls(tls);
  if (admits.kind === 'tls') return seen === 'none' ? PeerSet.NONE : PeerSet.ofTls(tls);
  if (seen !== 'mesh') return PeerSet.NONE;
  return memoized(IDENTIFIED, admits.patterns, (patterns) => {
    return new PeerSet(false, false, IdentitySet.fromPatterns(patterns));
  });
}

/** Ports are many and their authorizations few, so each union is made once. */
function union(a: ClientSet, b: ClientSet): ClientSet {
  if (a.isEmpty || a === b) return b;
  if (b.isEmpty) return a;
  const unions = memoized(UNIONS, a, () => new WeakMap<ClientSet, ClientSet>());
  return memoized(unions, b, () => a.or(b));
}

const NETWORKS = new WeakMap<readonly NetworkMatch[], NetworkSet>();
const IDENTIFIED = new WeakMap<readonly IdentityPattern[], PeerSet>();
const CLIENTS = new WeakMap<NetworkSet, WeakMap<PeerSet, ClientSet>>();
const UNIONS = new WeakMap<ClientSet, WeakMap<ClientSet, ClientSet>>();

function memoized<K extends object, V>(cache: WeakMap<K, V>, key: K, make: (key: K) => V): V {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make(key);
  cache.set(key, made);
  return made;
}
