import type { Cluster } from '../../cluster/cluster';
import { portClasses } from '../../cluster/port-classes';
import { type SourceObject } from '../../kubernetes/object';
import { isAuditGrant, trafficClasses, type AccessGrant, type TrafficClass } from '../../verdict/access';
import { isProbe, trafficName } from '../../verdict/traffic-ref';
import { ClientSet, ClientIdentities } from '../../sets/client-set';
import { NetworkSet } from '../../sets/network-set';
import { openingCause, type OpeningCause } from './opening-cause';
import { BREADTHS, clientGroups, type ClientGroup } from '../../sets/client-groups';
import { declaredClients, exceptionProblems } from './exception';
import { findJails, type Jail } from '../jail';
import {
  isProxyInboundPort,
  BUILT_IN_OPENINGS,
  builtInOpening,
  type BuiltInOpeningKind,
} from '../../verdict/built-in-openings';
import { exampleIdentities, type Witness } from '../../verdict/witness';
import { InputError } from '../../basics/problem';
import { memoized } from '../../basics/collections';
import { WorkloadPorts, type PortTraffic, type WorkloadPort } from '../workload-ports';

/** Clients that get in although the jail did not mean to let them in. */
export interface WayIn {
  readonly namespace: string;
  readonly clients: ClientSet;
  /** `audit`: only because an audit policy lets everyone in. */
  readonly verdict: 'allow' | 'audit';
  readonly ports: readonly WorkloadPort[];
  readonly blame: OpeningCause;
  /** One for each kind of client, the widest first. */
  readonly witnesses: readonly RowWitness[];
  /** Whether a request matching the route was found; if not, the way in is assumed. */
  readonly verified: boolean;
}

export interface RowWitness {
  readonly row: ClientGroup;
  readonly witness: Witness;
}

/** An exception that lets outsiders in on purpose. */
export interface DeclaredException {
  readonly source: SourceObject;
  /** The annotation's value; absent for the proxy's admin port, which Linkerd's guide opens. */
  readonly value?: string;
  /** The declared outsiders it lets in. */
  readonly clients: ClientSet;
  readonly ports: readonly WorkloadPort[];
}

/** A port that Linkerd opens by itself. */
export interface BuiltInOpening {
  readonly kind: BuiltInOpeningKind;
  readonly ports: readonly WorkloadPort[];
  /** Probe paths. */
  readonly paths: readonly string[];
}

/** A jail's whole surface as outsiders see it. */
export interface JailSurface {
  readonly jail: Jail;
  readonly ways: readonly WayIn[];
  readonly exceptions: readonly DeclaredException[];
  readonly own: readonly BuiltInOpening[];
}

/**
 * Every way into the jails of a cluster: for each workload port and class of traffic, the clients let in (allowed or
 * audited) minus those the jail means to let in: identities of its namespace, declared exceptions, and what Linkerd opens
 * by itself.
 *
 * @param asked namespaces to judge as jails; if empty, those that look like jails
 * @throws InputError if an exception's declaration cannot be read
 */
export function breakIn(cluster: Cluster, asked: readonly string[] = []): readonly JailSurface[] {
  const problems = exceptionProblems(cluster);
  if (problems.length > 0) throw new InputError(problems);
  const identities = exampleIdentities([cluster]);
  return findJails(cluster, asked).map((jail) =>
    new Survey(cluster, jail, identities(jail.namespace)).surface(),
  );
}

/** Collects what is found at each port and merges equal findings. */
class Survey {
  private readonly ways = new Map<
    string,
    Found<{ blame: OpeningCause; verdict: 'allow' | 'audit'; first: Witness; verified: boolean }>
  >();
  private readonly exceptions = new Map<SourceObject, Found<{ value?: string }>>();
  private readonly own = new Map<string, Found<Pick<BuiltInOpening, 'kind' | 'paths'>>>();
  private readonly residents: ClientSet;

  public constructor(
    private readonly cluster: Cluster,
    private readonly jail: Jail,
    /** Clients that may serve as examples. */
    private readonly identities: readonly string[],
  ) {
    this.residents = ClientSet.of(new ClientIdentities(false, false, jail.residents), NetworkSet.ALL);
    this.declared();
  }

  public surface(): JailSurface {
    for (const workload of this.jail.workloads) {
      for (const ports of portClasses(this.cluster, workload)) {
        if (isProxyInboundPort(this.cluster, workload, ports.port)) continue;
        const classes = trafficClasses(this.cluster, workload, ports.port);
        const count = classes.filter(({ ref }) => !isProbe(ref)).length;
        for (const traffic of classes) {
          this.judge({ workload, ports, traffic: [traffic.ref] }, traffic, count);
        }
      }
    }
    return {
      jail: this.jail,
      ways: [...this.ways.values()].map((found) => this.wayIn(found)).sort(byDanger),
      exceptions: [...this.exceptions].map(([source, { clients, ports, value }]) => ({
        source,
        clients,
        ports: ports.list(),
        ...(value === undefined ? {} : { value }),
      })),
      own: [...this.own.values()]
        .map(({ kind, ports, paths }) => ({ kind, ports: ports.list(), paths }))
        .sort((a, b) => BUILT_IN_OPENINGS.indexOf(a.kind) - BUILT_IN_OPENINGS.indexOf(b.kind)),
    };
  }

  /** Exceptions are listed even if they open nothing. */
  private declared(): void {
    const { authorizationPolicies, serverAuthorizations } = this.cluster.policyOf(this.jail.namespace);
    for (const { source } of [...authorizationPolicies, ...serverAuthorizations]) {
      const declared = declaredClients(source, this.cluster.config);
      if (declared !== undefined) this.exceptions.set(source, { ...nothing(), value: declared.value });
    }
  }

  private judge(
    port: PortTraffic,
    { access, traffic, hasSample: verified }: TrafficClass,
    classes: number,
  ): void {
    const { workload, ports } = port;
    const each = access.grants.map((grant) => {
      const clients = this.intendedClients(port, grant);
      this.collectIntended(port, grant, clients, classes);
      return clients;
    });
    const intended = ClientSet.union([this.residents, ...each]);
    for (const grant of access.grants) {
      const verdict = isAuditGrant(grant) ? 'audit' : 'allow';
      const admitted = verdict === 'audit' ? access.audit : grant.clients;
      const clients = admitted.minus(intended);
      if (clients.isEmpty) continue;
      const found = openingCause(this.cluster, this.jail, workload, ports.port, grant);
      const key = `${found.key} ${verdict} ${verified} ${clients.key}`;
      const known = memoized(this.ways, key, () => ({
        ...nothing(),
        clients,
        blame: found,
        verdict,
        first: this.witness(clients, port, traffic),
        verified,
      }));
      known.ports.add(port, partOf(port), classes);
    }
  }

  /** The clients the jail means to let in through a grant; its own residents are meant to get in through any grant. */
  private intendedClients({ workload, ports }: PortTraffic, grant: AccessGrant): ClientSet {
    if (builtInOpening(workload, ports, grant) !== undefined) return grant.clients;
    const source = grant.authorization?.source;
    if (source === undefined) return ClientSet.NONE;
    if (ports.port === workload.pod.proxyPorts.admin) return grant.clients;
    const declared = declaredClients(source, this.cluster.config)?.clients ?? ClientSet.NONE;
    return typeof declared === 'string' ? ClientSet.NONE : grant.clients.and(declared);
  }

  /** Records what Linkerd opens by itself, and the outsiders an exception lets in. */
  private collectIntended(port: PortTraffic, grant: AccessGrant, intended: ClientSet, classes: number): void {
    const { workload, ports } = port;
    const kind = builtInOpening(workload, ports, grant);
    if (kind !== undefined) {
      const probed = kind === 'probe' ? (workload.pod.probes.get(ports.port) ?? []) : [];
      const paths = [...probed].sort();
      const key = `${kind} ${paths.join(' ')}`;
      const known = memoized(this.own, key, () => ({ ...nothing(), kind, paths }));
      known.ports.add(port, partOf(port), classes);
      return;
    }
    const source = grant.authorization?.source;
    const outside = intended.minus(this.residents);
    if (source === undefined || outside.isEmpty) return;
    const known = memoized(this.exceptions, source, nothing);
    known.clients = known.clients.or(outside);
    known.ports.add(port, partOf(port), classes);
  }

  private witness(
    clients: ClientSet,
    { workload, ports }: PortTraffic,
    traffic: Witness['traffic'],
  ): Witness {
    const { namespace, kind, name } = workload;
    const client = clientGroups(clients)[0]?.clients.witness({ identities: this.identities });
    if (client === undefined) throw new Error('a way in without a client');
    return { client, target: { namespace, kind, name, port: ports.port }, traffic };
  }

  private wayIn(
    found: Found<{ blame: OpeningCause; verdict: 'allow' | 'audit'; first: Witness; verified: boolean }>,
  ): WayIn {
    const { clients, ports, first, verified } = found;
    const witnesses = clientGroups(clients).map((row): RowWitness => {
      const client = row.clients.witness({ identities: this.identities }) ?? first.client;
      return { row, witness: { ...first, client } };
    });
    return {
      namespace: this.jail.namespace,
      clients,
      verdict: found.verdict,
      blame: found.blame,
      ports: ports.list(),
      witnesses,
      verified,
    };
  }
}

/** Distinguishes this traffic from the port's other traffic. */
function partOf({ traffic }: PortTraffic): string {
  return traffic.map(trafficName).join();
}

type Found<T> = T & { clients: ClientSet; readonly ports: WorkloadPorts };

function nothing(): Found<object> {
  return { clients: ClientSet.NONE, ports: new WorkloadPorts() };
}

/** Widest first, then by port. */
function byDanger(a: WayIn, b: WayIn): number {
  const rank = ({ witnesses, verdict }: WayIn): number =>
    BREADTHS.indexOf(witnesses[0]?.row.breadth ?? 'account') + (verdict === 'audit' ? BREADTHS.length : 0);
  return rank(a) - rank(b);
}
