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
import { meshEligibility, writtenWorkloads } from './mesh-eligibility';
import { decidePort, type DecidedPort } from './port-decision';
import { compareText, groupBy } from '../../basics/collections';
import { possiblyApiServer } from './from-names';
import { workloadLabel } from '../../cluster/labels';
import { workloadKey } from '../../cluster/workload';

/**
 * What `init` plans from manifests: a jail for each namespace whose workloads have the proxy or can have it, with their
 * ports and the outside clients that the manifests name. Nothing is written here.
 */
export function planInit(cluster: Cluster, options: InitOptions = {}): InitPlan {
  const workloads = writtenWorkloads(cluster);
  const byNamespace = groupBy(workloads, ({ namespace }) => namespace);
  const skipped = new Map(
    cluster
      .namespaceNames()
      .filter((namespace) => options.namespaces?.includes(namespace) ?? true)
      .map((namespace) => [namespace, skipReason(cluster, namespace, byNamespace.get(namespace) ?? [])]),
  );
  const injected = new Set(
    [...skipped].flatMap(([namespace, because]) =>
      because === undefined && asksForProxy(cluster, options, namespace) ? [namespace] : [],
    ),
  );
  const sources: InitInput = { cluster, workloads, options, injected };
  const found = calls(sources);
  // In one order, whatever the order of objects: the first reason for a client is the one that is told first
  const admissions = sortedBy(
    [
      ...callers(sources, found.calls),
      ...ingresses(sources),
      ...outsiders(sources),
      ...apiServer(sources),
      ...possiblyApiServer(sources),
      ...scrapes(sources),
    ],
    ({ workload: _workload, evidence: _evidence, ...told }) => JSON.stringify(told),
  );
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
  const plans = [...skipped].map(([namespace, because]) =>
    because === undefined
      ? planNamespace(known, namespace, byNamespace.get(namespace) ?? [])
      : { namespace, because },
  );
  const namespaces = plans.filter((plan) => 'ports' in plan);
  return {
    namespaces,
    skipped: plans.filter((plan) => 'because' in plan),
    settings: settingsOf(cluster, options),
    isSplit: namespaces.length > 1 || options.isSplit === true,
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

/** In one order, whatever the order of objects. */
function allBackends(cluster: Cluster): Backend[] {
  const backends = cluster
    .namespaceNames()
    .flatMap((namespace) => cluster.servicesIn(namespace).flatMap((service) => backendsOf(cluster, service)));
  return sortedBy(
    backends,
    ({ service, servicePort }) =>
      `${service.object.metadata.name} ${String(servicePort.number).padStart(5, '0')} ${servicePort.name ?? ''}`,
  );
}

function settingsOf(cluster: Cluster, options: InitOptions): InitSettings {
  const given = options.nodeNetworks ?? [];
  const nodeNetworks = given.length > 0 ? given : [...new Set(nodeAddresses(cluster))].sort(compareText);
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
  const outside = workloads.filter(
    (workload) => workload.kind !== 'externalworkload' && !inside.includes(workload),
  );
  const wanted = inside.flatMap((workload) => wantedPorts(known, workload));
  const planned = planPorts(wanted, inside, hasAdminServer(cluster, namespace), outside);
  if (planned.ports.length + planned.exceptions.length === 0) {
    return { namespace, because: 'all its ports already have Servers in the manifests' };
  }
  return {
    namespace,
    workloads: inside.map(workloadLabel),
    ...modeOf(cluster, namespace),
    ...injectOf(known, namespace),
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
  const facts = portFacts(cluster, workload, {
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
  { cluster, injected }: Known,
  namespace: string,
): Pick<NamespacePlan, 'inject' | 'injectBecause'> {
  const written = cluster.namespaceMeta(namespace).annotations[INJECT];
  if (written === 'enabled') return { inject: true, injectBecause: 'as on the Namespace today' };
  if (!injected.has(namespace)) return { inject: false };
  return { inject: true, injectBecause: '--inject: its workloads have no proxy yet' };
}

/** Whether the jail of a namespace asks for the proxy, which nothing does today. */
function asksForProxy(cluster: Cluster, { inject }: InitOptions, namespace: string): boolean {
  return inject === true && (cluster.namespaceMeta(namespace).annotations[INJECT] ?? '') === '';
}

function sortedBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, key: key(item) }))
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ item }) => item);
}
