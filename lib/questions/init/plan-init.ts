import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import { DEFAULT_INBOUND_POLICY, INJECT } from '../../linkerd/annotations';
import { PROXY_PORT_NAMES, PROXY_PORTS } from '../../linkerd/ports';
import { nodeAddresses } from '../../traffic/node-networks';
import { backendsOf, type Backend } from '../../cluster/services';
import type { ConfiguredCalls } from '../../traffic/configured-calls';
import type { OutsideClient, InitInput } from './outside-client';
import { apiServer } from './from-api-server';
import { callers, calls } from './from-calls';
import { ingresses, outsiders } from './from-ingress';
import { scrapes } from './from-scrapes';
import { keptMetadata } from './kept-metadata';
import { planPorts } from './namespace-plan';
import type { InitOptions, InitPlan, InitSettings, NamespacePlan, SkippedNamespace } from './plan';
import { portFacts } from './port-facts';
import { namespaceQuestions } from './questions';
import { skipReason } from './skipped-namespaces';
import { meshEligibility, writtenWorkloads, type MeshEligibility } from './mesh-eligibility';
import { decidePort, type DecidedPort } from './port-decision';
import { groupBy } from '../../basics/collections';
import { workloadLabel } from '../../cluster/labels';
import { workloadKey } from '../../cluster/workload';

/**
 * What `init` plans from manifests: a jail for each namespace whose workloads have the proxy or can have it, with their
 * ports and the outside clients that the manifests name. Nothing is written here.
 */
export function planInit(cluster: Cluster, options: InitOptions = {}): InitPlan {
  const sources: InitInput = { cluster, workloads: writtenWorkloads(cluster), options };
  const found = calls(sources);
  const admissions = [
    ...callers(sources, found.calls),
    ...ingresses(sources),
    ...outsiders(sources),
    ...apiServer(sources),
    ...scrapes(sources),
  ];
  const calledByPeers = found.calls
    .filter(({ isPortKnown }) => isPortKnown)
    .flatMap(({ caller, backends }) =>
      backends.filter(({ workload }) => workload.namespace === caller.namespace),
    );
  const known: Known = {
    ...sources,
    calls: found,
    admissions: groupBy(admissions, ({ workload }) => workloadKey(workload)),
    backends: groupBy(allBackends(cluster), ({ workload }) => workloadKey(workload)),
    calledByPeers: groupBy(calledByPeers, ({ workload }) => workloadKey(workload)),
  };
  const byNamespace = groupBy(sources.workloads, ({ namespace }) => namespace);
  const plans = cluster.namespaceNames().map((namespace) => {
    const workloads = byNamespace.get(namespace) ?? [];
    const because = skipReason(cluster, namespace, workloads);
    return because === undefined ? planNamespace(known, namespace, workloads) : { namespace, because };
  });
  return {
    namespaces: plans.filter((plan) => 'ports' in plan),
    skipped: plans.filter((plan) => 'because' in plan),
    settings: settingsOf(cluster, options),
  };
}

interface Known extends InitInput {
  readonly calls: ConfiguredCalls;
  /** By workload id. */
  readonly admissions: ReadonlyMap<string, readonly OutsideClient[]>;
  readonly backends: ReadonlyMap<string, readonly Backend[]>;
  /** Ports that the namespace's own workloads are configured to call. */
  readonly calledByPeers: ReadonlyMap<string, readonly Backend[]>;
}

function allBackends(cluster: Cluster): Backend[] {
  return cluster
    .namespaceNames()
    .flatMap((namespace) => cluster.servicesIn(namespace).flatMap((service) => backendsOf(cluster, service)));
}

function settingsOf(cluster: Cluster, options: InitOptions): InitSettings {
  const given = options.nodeNetworks ?? [];
  const nodeNetworks = given.length > 0 ? given : nodeAddresses(cluster);
  const nodesBecause =
    given.length > 0 ? (options.nodesBecause ?? '--node-networks') : 'the Nodes in the manifests';
  return { nodeNetworks, nodesBecause, apiServerNetworks: options.apiServerNetworks ?? [] };
}

function planNamespace(
  known: Known,
  namespace: string,
  workloads: readonly Workload[],
): NamespacePlan | SkippedNamespace {
  const { cluster } = known;
  const standings = new Map(workloads.map((workload) => [workload, meshEligibility(cluster, workload)]));
  const inside = workloads.filter(
    (workload) => workload.kind !== 'externalworkload' && standings.get(workload)?.kind !== 'outside',
  );
  const wanted = inside.flatMap((workload) => wantedPorts(known, workload));
  const planned = planPorts(wanted, inside, hasAdminServer(cluster, namespace));
  if (planned.ports.length + planned.exceptions.length === 0) {
    return { namespace, because: 'all its ports already have Servers in the manifests' };
  }
  return {
    namespace,
    workloads: inside.map(workloadLabel),
    ...modeOf(cluster, namespace),
    ...injectOf(known, namespace, standings),
    ...keptMetadata(cluster, namespace),
    ...planned,
    questions: [...namespaceQuestions(known, namespace, standings), ...planned.questions],
  };
}

/** Whether a Server in the manifests owns the proxies' admin port: a second one would compete with it. */
function hasAdminServer(cluster: Cluster, namespace: string): boolean {
  const ports: readonly (number | string)[] = [PROXY_PORT_NAMES.admin, PROXY_PORTS.admin];
  return cluster.policyOf(namespace).servers.some(({ port }) => ports.includes(port));
}

function wantedPorts(
  { cluster, backends, admissions, calledByPeers }: Known,
  workload: Workload,
): DecidedPort[] {
  const ofWorkload = backends.get(workloadKey(workload)) ?? [];
  const facts = portFacts(workload, {
    backends: ofWorkload,
    admissions: admissions.get(workloadKey(workload)) ?? [],
    calledByPeers: new Set((calledByPeers.get(workloadKey(workload)) ?? []).map(({ number }) => number)),
  });
  return facts.map((port) => decidePort(cluster, port, ofWorkload.length > 0));
}

function modeOf(cluster: Cluster, namespace: string): Pick<NamespacePlan, 'mode' | 'modeBecause'> {
  const { annotations } = cluster.namespaceMeta(namespace);
  if (annotations[DEFAULT_INBOUND_POLICY] === 'deny') {
    return { mode: 'deny', modeBecause: 'the namespace already denies by default, and audit would open it' };
  }
  return { mode: 'audit', modeBecause: 'first see who would be kept out' };
}

function injectOf(
  { cluster, options }: Known,
  namespace: string,
  standings: ReadonlyMap<Workload, MeshEligibility>,
): Pick<NamespacePlan, 'inject' | 'injectBecause'> {
  const written = cluster.namespaceMeta(namespace).annotations[INJECT];
  if (written === 'enabled') return { inject: true, injectBecause: 'as on the Namespace today' };
  const waiting = [...standings.values()].some(({ kind }) => kind === 'injectable');
  if (options.inject !== true || !waiting || (written ?? '') !== '') return { inject: false };
  return { inject: true, injectBecause: '--inject: its workloads have no proxy yet' };
}
