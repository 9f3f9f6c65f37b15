import type { ClientAuthorization, IneffectiveObject } from '../../cluster/client-authorization';
import type { Cluster } from '../../cluster/cluster';
import { isControlPortInUse } from '../../cluster/control-port';
import { portClasses, type PortClass } from '../../cluster/port-classes';
import { makerOf as headOfOwners } from '../../cluster/makers';
import type { InboundPolicy } from '../../cluster/inbound-policy';
import type { RouteRef } from '../../cluster/policy-refs';
import type { Route } from '../../cluster/route';
import { mayAdmit, type Condition } from '../../cluster/unknown';
import { workloadKey, type Workload } from '../../cluster/workload';
import { SKIP_INBOUND_PORTS } from '../../linkerd/annotations';
import type { SourceObject } from '../../kubernetes/object';
import { assumptions, type Assumption } from '../../verdict/assumptions';
import { clientsOf, deliberate } from '../../verdict/authorized-clients';
import { mayBypassBySubnet } from '../../verdict/outside-policy';
import { isProbe } from '../../verdict/traffic-ref';
import { ClientSet, ClientIdentities } from '../../sets/client-set';
import { NetworkSet } from '../../sets/network-set';
import { networksOf, type NetworkMatch } from '../../linkerd/network-match';
import { compareText } from '../../basics/collections';

/**
 * `effective`: it decides who gets in; `depends`: it does so only if something is the case that the input does not say;
 * `nobody`: nobody gets in; `redundant`: the Server already lets in everyone it lets in; `ignored`: it was written for the
 * port but has no effect; `unpoliced`: policy does not apply.
 */
export type RowStatus = 'effective' | 'depends' | 'nobody' | 'redundant' | 'ignored' | 'unpoliced';

/** Who may use some ports of a workload under one authorization, in the columns of `linkerd authz`. */
export interface AuthorizationRow {
  /** `*` for the whole Server, a route's name, or `probe`. */
  readonly route: string;
  /** The Server's name, or `default:POLICY` if no Server owns the port. */
  readonly server: string;
  /** Absent if nobody gets in. */
  readonly authorization?: ClientAuthorization | IneffectiveObject;
  readonly status: RowStatus;
  /** Why it has no effect, or on what condition. */
  readonly because?: string;
  /** The ports it applies to. */
  readonly ports: readonly PortClass[];
  /** Who gets in, at most; nobody, if it has no effect. */
  readonly clients: ClientSet;
  readonly objects: {
    readonly route?: SourceObject;
    readonly server?: SourceObject;
  };
}

/** Every authorization written for a workload, and every default that governs it. */
export interface AuthorizationTable {
  readonly workload: Workload;
  readonly rows: readonly AuthorizationRow[];
  /** What the manifests do not say and was assumed; if an assumption is wrong, the table may differ. */
  readonly assumptions: readonly Assumption[];
}

/** The authorizations of one workload on all 65,535 ports: those of Servers and routes, defaults and probes. */
function authorizationTable(cluster: Cluster, workload: Workload): AuthorizationTable {
  if (!workload.injection.meshed)
    return { workload, rows: [], assumptions: assumptionsOf(cluster, workload) };
  const collected = new Map<string, AuthorizationRow>();
  for (const ports of portClasses(cluster, workload)) {
    for (const row of rowsOf(cluster, workload, ports)) {
      const { route, server, authorization, status, because } = row;
      const key = JSON.stringify([route, server, authorization?.name, status, because]);
      const known = collected.get(key);
      collected.set(key, known === undefined ? row : { ...known, ports: [...known.ports, ...row.ports] });
    }
  }
  return {
    workload,
    rows: [...collected.values()].sort(inOrder),
    assumptions: assumptionsOf(cluster, workload),
  };
}

/**
 * The tables of some workloads. One that another created (the Pod of a Deployment) is left out if its table is the same;
 * a Pod started under a different policy has its own.
 */
export function authorizationTables(
  cluster: Cluster,
  workloads: readonly Workload[],
): readonly AuthorizationTable[] {
  const tables = new Map(workloads.map((workload) => [workload, authorizationTable(cluster, workload)]));
  return [...tables.values()].filter((own) => {
    const maker = makerOf(cluster, own.workload);
    const made = maker === undefined ? undefined : tables.get(maker);
    return made === undefined || signature(made) !== signature(own);
  });
}

/** The workload at the top of the owner chain, if the manifests have it. */
function makerOf(cluster: Cluster, workload: Workload): Workload | undefined {
  const { namespace } = workload;
  return headOfOwners(workload, (kind, name) => cluster.workload({ namespace, kind, name }));
}

function signature({ workload, rows }: AuthorizationTable): string {
  const facts = rows.map(({ route, server, authorization, status, ports }) => [
    route,
    server,
    authorization?.name,
    status,
    ports.map(({ ranges }) => ranges),
  ]);
  return JSON.stringify([workload.injection.meshed, facts]);
}

function rowsOf(cluster: Cluster, workload: Workload, ports: PortClass): AuthorizationRow[] {
  const { pod } = workload;
  const { port } = ports;
  if (port === pod.proxyPorts.inbound) return [];
  if (port === pod.proxyPorts.control)
    return isControlPortInUse(cluster, workload) ? [unpoliced(ports, CONTROL_PORT_OPEN)] : [];
  if (port !== pod.proxyPorts.admin && pod.skippedInbound.has(port)) return skipped(workload, ports);
  const rows = mayBypassBySubnet(workload, port)
    ? [unpoliced(ports, SUBNETS_OPEN, anyoneFrom(pod.settings.skippedSubnets))]
    : [];
  for (const { policy, when } of cluster.policyVariants(workload, port)) {
    const own = [
      ...granted(policy, ports),
      ...probes(cluster, policy, ports),
      ...withoutEffect(policy, ports),
    ];
    rows.push(...own.map((one) => conditional(one, when)));
  }
  for (const { port: claimed, server, owner, ambiguous } of cluster.portOwnership(workload).shadowed) {
    if (claimed !== port || ambiguous) continue;
    rows.push({
      route: '*',
      server: server.name,
      status: 'ignored',
      because: `server/${owner.name} owns the port`,
      ports: [ports],
      clients: ClientSet.NONE,
      objects: { server: server.source },
    });
  }
  return rows;
}

/** A row that counts on conditions only; what has no effect has none in any case. */
function conditional(own: AuthorizationRow, when: readonly Condition[]): AuthorizationRow {
  if (when.length === 0 || own.status === 'ignored') return own;
  const { because, status } = own;
  const conditions = when.map(({ text }) => text).join(' and ');
  const words = status === 'depends' ? `${because ?? ''} and ${conditions}` : `if ${conditions}`;
  return { ...own, status: 'depends', because: words };
}

/** Ports that bypass the proxy are open whatever policy says. Helm's own list gets a row only if a port is used. */
function skipped({ pod }: Workload, ports: PortClass): AuthorizationRow[] {
  const isWritten = Object.hasOwn(pod.annotations, SKIP_INBOUND_PORTS);
  if (ports.origin !== 'declared' && ports.origin !== 'server' && !isWritten) return [];
  return [unpoliced(ports, 'skip-inbound-ports: every client bypasses the proxy')];
}

const CONTROL_PORT_OPEN = "the proxy's control port: what listens there bypasses the proxy, for every client";
const SUBNETS_OPEN = 'skip-subnets: clients from these networks bypass the proxy';

function unpoliced(ports: PortClass, because: string, clients = ClientSet.ALL): AuthorizationRow {
  return {
    route: '*',
    server: '(skipped)',
    status: 'unpoliced',
    because,
    ports: [ports],
    clients,
    objects: {},
  };
}

function anyoneFrom(networks: readonly NetworkMatch[]): ClientSet {
  return ClientSet.of(ClientIdentities.ALL, NetworkSet.fromItems(networks));
}

function granted(policy: InboundPolicy, ports: PortClass): AuthorizationRow[] {
  const ofServer = policy.authorizations.filter(({ ref }) => ref.kind !== 'localhost');
  const rows = ofServer.map((authorization) => row(policy, ports, undefined, authorization));
  rows.push(...policy.uncertain.map((authorization) => row(policy, ports, undefined, authorization)));
  for (const route of policy.routes) {
    if (isProbe(route.ref)) continue;
    const own = [...route.authorizations, ...route.uncertain];
    for (const authorization of own) rows.push(row(policy, ports, route, authorization));
    const isClosed = [...ofServer, ...policy.uncertain, ...own].length === 0;
    if (isClosed && route.source !== undefined) rows.push(row(policy, ports, route, undefined));
  }
  const isNobody = rows.length === 0 && policy.governedBy.object !== undefined;
  return isNobody ? [row(policy, ports, undefined, undefined)] : rows;
}

/** A probe route gets a row unless the Server already lets in everyone in the cluster. */
function probes({ config }: Cluster, policy: InboundPolicy, ports: PortClass): AuthorizationRow[] {
  const route = policy.routes.find(({ ref }) => isProbe(ref));
  if (route === undefined) return [];
  const cluster = anyoneFrom(networksOf(config.clusterNetworks));
  const isRedundant = cluster.minus(
    ClientSet.union(deliberate(policy.authorizations).map(clientsOf)),
  ).isEmpty;
  return route.authorizations.map((authorization): AuthorizationRow => {
    const found = row(policy, ports, route, authorization);
    if (!isRedundant) return found;
    return { ...found, status: 'redundant', because: 'the Server already lets in everyone in the cluster' };
  });
}

function row(
  policy: InboundPolicy,
  ports: PortClass,
  route: Route | undefined,
  authorization: ClientAuthorization | undefined,
): AuthorizationRow {
  const server = policy.governedBy.object?.source;
  const found: AuthorizationRow = {
    route: route === undefined ? '*' : routeColumn(route.ref),
    server: serverName(policy),
    ...(authorization === undefined
      ? { status: 'nobody', because: policy.invalidBecause ?? 'nobody is authorized' }
      : { status: 'effective', authorization }),
    ports: [ports],
    clients: authorization === undefined ? ClientSet.NONE : clientsOf(authorization),
    objects: {
      ...(route?.source === undefined ? {} : { route: route.source }),
      ...(server === undefined ? {} : { server }),
    },
  };
  return conditional(found, authorization?.given?.map(mayAdmit) ?? []);
}

function withoutEffect(policy: InboundPolicy, ports: PortClass): AuthorizationRow[] {
  const server = policy.governedBy.object?.source;
  // What takes effect if something is there that the input lacks has a row of its own.
  const ineffective = policy.ignored.filter(({ ifPresent }) => ifPresent === undefined);
  return ineffective.map((ignored): AuthorizationRow => {
    const { source, reason } = ignored;
    const isRoute = ROUTE_KINDS.includes(source.object.kind);
    return {
      route: isRoute ? source.object.metadata.name : '*',
      server: serverName(policy),
      ...(isRoute ? {} : { authorization: ignored }),
      status: 'ignored',
      because: reason,
      ports: [ports],
      clients: ClientSet.NONE,
      objects: {
        ...(server === undefined ? {} : { server }),
        ...(isRoute ? { route: source } : {}),
      },
    };
  });
}

const ROUTE_KINDS = ['HTTPRoute', 'GRPCRoute'];

function serverName({ governedBy }: InboundPolicy): string {
  return governedBy.kind === 'object' ? governedBy.object.name : `default:${governedBy.policy}`;
}

/** A route as `linkerd viz authz` prints it. */
function routeColumn(ref: RouteRef): string {
  return ref.kind === 'object' ? ref.source.object.metadata.name : ref.kind;
}

function assumptionsOf(cluster: Cluster, workload: Workload): readonly Assumption[] {
  return assumptions(cluster, workload, {
    namespace: (name) => `the input has no Namespace ${name}; assuming it has no annotations`,
    owner: ({ port, server, owner }) =>
      `${workloadKey(workload)}: server/${server.name} and server/${owner.name} both select port ${port}; the older one owns it, and the files do not say which that is`,
  });
}

/** Servers by name, then defaults; a whole Server before its routes; effective rows first. */
function inOrder(a: AuthorizationRow, b: AuthorizationRow): number {
  const rank = ({ server, status, route, objects }: AuthorizationRow): string =>
    [
      objects.server === undefined && status !== 'unpoliced' ? '1' : '0',
      server,
      status === 'ignored' ? '1' : '0',
      route === '*' ? '0' : '1',
      route,
    ].join('\n');
  return (
    compareText(rank(a), rank(b)) || compareText(a.authorization?.name ?? '', b.authorization?.name ?? '')
  );
}
