import type { ClientAuthorization, IneffectiveObject } from '../../cluster/client-authorization';
import type { Cluster } from '../../cluster/cluster';
import type { InboundPolicy } from '../../cluster/inbound-policy';
import type { PortClass } from '../../cluster/port-classes';
import type { PortVariant } from '../../cluster/port-variant';
import type { RouteRef } from '../../cluster/policy-refs';
import type { Route } from '../../cluster/route';
import { mayAdmit } from '../../cluster/unknown';
import type { SourceObject } from '../../kubernetes/object';
import { networksOf, type NetworkMatch } from '../../linkerd/network-match';
import { ClientIdentities, ClientSet } from '../../sets/client-set';
import { NetworkSet } from '../../sets/network-set';
import { enumerate } from '../../basics/words';
import { clientsOf, deliberate } from '../../verdict/authorized-clients';
import { isProbe } from '../../verdict/traffic-ref';

/**
 * `effective`: it decides who gets in; `possible`: it does if something is the case that the input does not say; `nobody`: nobody gets in; `redundant`: the Server already lets in everyone it lets
 * in; `ignored`: it was written for the port but has no effect; `unpoliced`: policy does not apply.
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
  /** Why it has no effect, or in which case it has. */
  readonly because?: string;
  /** The ports it applies to. */
  readonly ports: readonly PortClass[];
  /** Who gets in; nobody, if it has no effect. */
  readonly clients: ClientSet;
  readonly objects: {
    readonly route?: SourceObject;
    readonly server?: SourceObject;
  };
}

/** The rows of a policy that the port may have. */
export function rowsBy(
  cluster: Cluster,
  { policy, when }: PortVariant,
  ports: PortClass,
): AuthorizationRow[] {
  const sure = [
    ...granted(policy, ports),
    ...probes(cluster, policy, ports),
    ...withoutEffect(policy, ports),
  ];
  const all = [...sure, ...possible(policy, ports)];
  if (when.length === 0) return all;
  const words = enumerate(when.map(({ text }) => text));
  return all.map((found): AuthorizationRow => {
    if (found.status === 'effective') return { ...found, status: 'depends', because: `only if ${words}` };
    if (found.status === 'depends') return { ...found, because: `${found.because ?? ''}, and ${words}` };
    return { ...found, because: `${found.because ?? ''}, if ${words}` };
  });
}

/** What lets clients in only if something is there that the input does not have. */
function possible(policy: InboundPolicy, ports: PortClass): AuthorizationRow[] {
  const of = (route: Route | undefined, authorization: ClientAuthorization): AuthorizationRow => ({
    ...row(policy, ports, route, authorization),
    status: 'depends',
    because: `only if ${enumerate((authorization.given ?? []).map((missing) => mayAdmit(missing).text))}`,
  });
  return [
    ...policy.uncertain.map((own) => of(undefined, own)),
    ...policy.routes.flatMap((route) => route.uncertain.map((own) => of(route, own))),
  ];
}

export function anyoneFrom(networks: readonly NetworkMatch[]): ClientSet {
  return ClientSet.of(ClientIdentities.ALL, NetworkSet.fromItems(networks));
}

function granted(policy: InboundPolicy, ports: PortClass): AuthorizationRow[] {
  const ofServer = policy.authorizations.filter(({ ref }) => ref.kind !== 'localhost');
  const rows = ofServer.map((authorization) => row(policy, ports, undefined, authorization));
  for (const route of policy.routes) {
    if (isProbe(route.ref)) continue;
    for (const own of route.authorizations) rows.push(row(policy, ports, route, own));
    const all = [...ofServer, ...policy.uncertain, ...route.authorizations, ...route.uncertain];
    const isClosed = all.length === 0;
    if (isClosed && route.source !== undefined) rows.push(row(policy, ports, route, undefined));
  }
  const isNobody = rows.length + policy.uncertain.length === 0 && policy.governedBy.object !== undefined;
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
  return {
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
}

function withoutEffect(policy: InboundPolicy, ports: PortClass): AuthorizationRow[] {
  const server = policy.governedBy.object?.source;
  const ignoredForSure = policy.ignored.filter(({ ifPresent }) => ifPresent === undefined);
  return ignoredForSure.map((ignored): AuthorizationRow => {
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
