import type { Cluster } from '../../cluster/cluster';
import { portClasses } from '../../cluster/port-classes';
import { type SourceObject } from '../../kubernetes/object';
import { access as accessTo, ownClasses } from '../../verdict/access';
import { isAuditGrant, type Access, type AccessGrant } from '../../verdict/access-sets';
import { type TrafficClass } from '../../verdict/answers';
import type { Verdict } from '../../verdict/decision';
import { isProbe, trafficName, type TrafficRef } from '../../verdict/traffic-ref';
import { ClientSet, ClientIdentities } from '../../sets/client-set';
import { NetworkSet } from '../../sets/network-set';
import { openingCause, type OpeningCause } from './opening-cause';
import { BREADTHS, clientGroups } from '../../sets/client-groups';
import { declaredClients, exceptionProblems } from './exception';
import { findJails, inOrder, type Jail } from '../jail';
import { Acceptances } from './acceptance';
import { withAuditAsOne } from './audit-mode';
import { NO_BASELINE, type AcceptedOpening, type Baseline } from './baseline';
import type { BuiltInOpening, JailSurface, RowWitness, WayIn } from './jail-surface';
import { isProxyInboundPort, BUILT_IN_OPENINGS, builtInOpening } from '../../verdict/built-in-openings';
import { differingPods } from '../../verdict/outside-policy';
import { exampleIdentities, witnessIn, type Witness } from '../../verdict/witness';
import { InputError } from '../../basics/problem';
import { memoized } from '../../basics/collections';
import { supposedPods } from './supposed-pods';
import { WorkloadPorts, type PortTraffic } from '../workload-ports';

/**
 * Every way into the jails of a cluster: for each workload port and class of traffic, the clients let in (allowed or
 * audited) minus those the jail means to let in: identities of its namespace, declared exceptions, and what Linkerd opens
 * by itself.
 *
 * @param asked namespaces to judge as jails; if empty, those that look like jails
 * @param baseline what is accepted as it is
 * @throws InputError if an exception's declaration cannot be read
 */
export function breakIn(
  cluster: Cluster,
  asked: readonly string[] = [],
  baseline: Baseline = NO_BASELINE,
): readonly JailSurface[] {
  const problems = exceptionProblems(cluster);
  if (problems.length > 0) throw new InputError(problems);
  const identities = exampleIdentities([cluster]);
  const acceptances = new Acceptances(cluster, baseline);
  return findJails(cluster, asked).map((jail) =>
    new Survey(cluster, jail, identities(jail.namespace), acceptances).surface(),
  );
}

interface Way extends Pick<WayIn, 'blame' | 'verdict' | 'conditions' | 'verified'> {
  readonly first: Witness;
  /** Whom the target of the first witness lets in, pods that run already among them: as `can` sees it. */
  readonly seen: Access;
}

/** Collects what is found at each port and merges equal findings. */
class Survey {
  private readonly ways = new Map<string, Found<Way>>();
  private readonly exceptions = new Map<SourceObject, Found<{ value?: string }>>();
  private readonly accepted = new Map<AcceptedOpening, Found<object>>();
  private readonly own = new Map<string, Found<Pick<BuiltInOpening, 'kind' | 'paths'>>>();
  private readonly residents: ClientSet;

  public constructor(
    private readonly cluster: Cluster,
    private readonly jail: Jail,
    /** Clients that may serve as examples. */
    private readonly identities: readonly string[],
    private readonly acceptances: Acceptances,
  ) {
    this.residents = ClientSet.of(new ClientIdentities(false, false, jail.residents), NetworkSet.ALL);
    this.declared();
  }

  public surface(): JailSurface {
    const byPolicyAlone = this.jail.workloads.length === 0;
    const workloads = byPolicyAlone
      ? supposedPods(this.cluster, this.jail.namespace)
      : inOrder(this.jail.workloads);
    for (const workload of workloads) {
      for (const found of portClasses(this.cluster, workload)) {
        // Which number a named port would have is not known.
        const isNamed = byPolicyAlone && found.origin === 'declared' && found.names.length > 0;
        const ports = isNamed ? { ...found, ranges: [] } : found;
        if (isProxyInboundPort(this.cluster, workload, ports.port)) continue;
        // Pods that run already are judged by themselves.
        const classes = ownClasses(this.cluster, workload, ports.port);
        const count = classes.filter(({ ref }) => !isProbe(ref)).length;
        for (const traffic of classes) {
          this.judge({ workload, ports, traffic: [traffic.ref] }, traffic, count);
        }
      }
    }
    return {
      jail: this.jail,
      byPolicyAlone,
      ways: withAuditAsOne([...this.ways.values()].map((found) => this.wayIn(found)).sort(byDanger)),
      exceptions: [...this.exceptions].map(([source, { clients, ports, value }]) => ({
        source,
        clients,
        ports: ports.list(),
        ...(value === undefined ? {} : { value }),
      })),
      accepted: [...this.accepted].map(([entry, { clients, ports }]) => ({
        entry,
        clients,
        ports: ports.list(),
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
    { access, ref, traffic, hasSample: verified }: TrafficClass,
    classes: number,
  ): void {
    const { workload, ports } = port;
    const each = access.grants.map((grant) => {
      const clients = this.intendedClients(port, grant);
      this.collectIntended(port, grant, clients, classes);
      return clients;
    });
    const intended = ClientSet.union([this.residents, ...each]);
    const seen = this.seenFromOutside(port, traffic, access);
    for (const grant of access.grants) {
      for (const { verdict, clients: admitted } of admittedBy(access, grant)) {
        const unintended = admitted.minus(intended);
        if (unintended.isEmpty) continue;
        const found = openingCause(this.cluster, this.jail, workload, ports.port, grant);
        const clients = this.beyondBaseline(found, port, ref, unintended, classes);
        if (clients.isEmpty) continue;
        const conditions = verdict === 'depends' ? (grant.when ?? []).map(({ text }) => text) : [];
        const key = [found.key, verdict, verified, clients.key, ...conditions].join(' ');
        const known = memoized(this.ways, key, () => ({
          ...nothing(),
          clients,
          blame: found,
          verdict,
          conditions,
          first: this.witness(clients, port, traffic),
          seen,
          verified,
        }));
        known.ports.add(port, partOf(port), classes);
      }
    }
  }

  /** Pods that run already are judged by themselves, but whoever dials the workload may reach them. */
  private seenFromOutside(
    { workload, ports }: PortTraffic,
    traffic: Witness['traffic'],
    own: Access,
  ): Access {
    const isAlike = differingPods(this.cluster, workload, ports.port).length === 0;
    return isAlike ? own : accessTo(this.cluster, workload, ports.port, traffic);
  }

  /** What is left of clients once those that the baseline accepts are recorded. */
  private beyondBaseline(
    { source }: OpeningCause,
    port: PortTraffic,
    ref: TrafficRef,
    clients: ClientSet,
    classes: number,
  ): ClientSet {
    const { workload, ports } = port;
    let rest = clients;
    for (const part of this.acceptances.of(source, workload, ports, trafficName(ref), clients)) {
      const known = memoized(this.accepted, part.entry, nothing);
      known.clients = known.clients.or(part.clients);
      known.ports.add(port, partOf(port), classes);
      rest = rest.minus(part.clients);
    }
    return rest;
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
    const target = { namespace, kind, name, port: ports.port };
    return witnessIn([this.cluster], { client, target, traffic });
  }

  private wayIn(found: Found<Way>): WayIn {
    const { clients, ports, first, verified, seen } = found;
    const witnesses = clientGroups(clients).map((row): RowWitness => {
      const client = row.clients.witness({ identities: this.identities }) ?? first.client;
      const witness = { ...first, client };
      if (!verified || this.jail.workloads.length === 0) return { row, witness };
      return { row, witness, verdict: verdictIn(seen, client) };
    });
    return {
      namespace: this.jail.namespace,
      clients,
      verdict: found.verdict,
      conditions: found.conditions,
      blame: found.blame,
      ports: ports.list(),
      witnesses,
      verified,
    };
  }
}

function verdictIn({ allow, audit, possibly }: Access, client: Witness['client']): Verdict {
  if (allow.has(client)) return 'allow';
  if (audit.has(client)) return 'audit';
  return possibly.has(client) ? 'depends' : 'deny';
}

/** Whom a grant lets in, and how. Who surely gets in by another one is not worth a condition. */
function admittedBy(
  access: Access,
  grant: AccessGrant,
): readonly { readonly verdict: WayIn['verdict']; readonly clients: ClientSet }[] {
  const { clients, when } = grant;
  const isAudit = isAuditGrant(grant);
  if (when === undefined) {
    const only = access.audit.or(access.possibly);
    return [isAudit ? { verdict: 'audit', clients: clients.and(only) } : { verdict: 'allow', clients }];
  }
  const others = access.grants.filter((one) => one.when === undefined && !isAuditGrant(one));
  const rest = others.reduce((left, one) => left.minus(one.clients), clients);
  return [
    { verdict: 'allow', clients: rest.and(access.allow) },
    { verdict: 'audit', clients: isAudit ? rest.and(access.audit) : ClientSet.NONE },
    { verdict: 'depends', clients: rest.and(access.possibly) },
  ];
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
    BREADTHS.indexOf(witnesses[0]?.row.breadth ?? 'account') + ORDER.indexOf(verdict) * BREADTHS.length;
  return rank(a) - rank(b);
}

const ORDER: readonly WayIn['verdict'][] = ['allow', 'audit', 'depends'];
