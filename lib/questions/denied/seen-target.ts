import type { Cluster } from '../../cluster/cluster';
import { allWorkloads, selectedBy } from '../../cluster/inventory';
import { workloadKey, type Workload } from '../../cluster/workload';
import { asList, asText, valueAt } from '../../kubernetes/fields';
import type { Seen, SignalPlace } from '../../signals/signal';
import type { Target } from '../../verdict/decide';
import { compareText, groupBy, oncePer } from '../../basics/collections';
import { enumerate, quote } from '../../basics/words';

/** The workload port that a signal is about. */
export interface SeenTarget {
  /** Several if the signal does not say which of them it was; none if it cannot be told. */
  readonly targets: readonly Target[];
  /** How it was found, or why not, in words. */
  readonly because: string;
}

interface Index {
  readonly byName: ReadonlyMap<string, readonly Workload[]>;
  readonly byAddress: ReadonlyMap<string, Workload>;
  /** The workload that a pod of the input belongs to. */
  readonly heads: ReadonlyMap<Workload, Workload>;
}

const indexOf = oncePer((cluster: Cluster): Index => {
  const heads = new Map<Workload, Workload>();
  for (const workload of allWorkloads(cluster))
    for (const pod of cluster.runningPods(workload)) heads.set(pod, workload);
  const byAddress = new Map<string, Workload>();
  for (const pod of cluster.workloads) for (const ip of addressesOf(pod)) byAddress.set(ip, pod);
  return { byName: groupBy(cluster.workloads, ({ name }) => name), byAddress, heads };
});

/** The addresses of a Pod, or of a machine outside the cluster. A pod on the host's network has its node's, which tells nothing. */
function addressesOf({ kind, source: { object } }: Workload): readonly string[] {
  if (kind === 'externalworkload')
    return asList(valueAt(object, 'spec', 'workloadIPs')).flatMap(
      (entry) => asText(valueAt(entry, 'ip')) ?? [],
    );
  if (kind !== 'pod' || valueAt(object, 'spec', 'hostNetwork') === true) return [];
  const phase = valueAt(object, 'status', 'phase');
  // Its address may be another's by now.
  if (phase === 'Succeeded' || phase === 'Failed') return [];
  const all = [valueAt(object, 'status'), ...asList(valueAt(object, 'status', 'podIPs'))];
  return all
    .flatMap((entry) => [valueAt(entry, 'podIP'), valueAt(entry, 'ip')])
    .flatMap((ip) => asText(ip) ?? []);
}

/** The pod or machine of the manifests that has an address. */
export function workloadAt(cluster: Cluster, ip: string): Workload | undefined {
  return indexOf(cluster).byAddress.get(ip);
}

/** What made a pod, if the manifests have it; or the pod itself. */
export function headOf(cluster: Cluster, workload: Workload): Workload {
  return indexOf(cluster).heads.get(workload) ?? workload;
}

/** Finds the workload port of a signal: by its pod, by the labels of its metric, by its address, or by the Server's name. */
export function seenTarget(cluster: Cluster, seen: Seen): SeenTarget {
  const { workloads, because } = seenWorkloads(cluster, seen);
  if (workloads.length === 0) return { targets: [], because };
  const found = workloads.flatMap((workload) =>
    portsOf(cluster, seen, workload).map((port) => {
      const { namespace, kind, name } = workload;
      return { namespace, kind, name, port };
    }),
  );
  const targets = found.sort((a, b) => compareText(workloadKey(a), workloadKey(b)) || a.port - b.port);
  if (targets.length > 0) return { targets, because };
  const names = enumerate(workloads.map(workloadKey), 3);
  return { targets, because: `the signal does not say which port of ${names} it was` };
}

interface Found {
  readonly workloads: readonly Workload[];
  readonly because: string;
}

function seenWorkloads(cluster: Cluster, seen: Seen): Found {
  const { place } = seen;
  const named = place.workload;
  if (named !== undefined) {
    const found = (indexOf(cluster).byName.get(named.name) ?? []).filter(
      ({ kind, namespace }) => kind === named.kind && isIn(place, namespace),
    );
    if (found.length > 0) return told(found, `the metric's label ${named.kind}=${quote(named.name)}`);
  }
  if (place.pod !== undefined) {
    const found = workloadsOfPod(cluster, place.pod, place);
    if (found.length > 0) return told(found, `pod ${place.pod}`);
  }
  const addressed = place.ip === undefined ? undefined : workloadAt(cluster, place.ip);
  if (addressed !== undefined)
    return told([headOf(cluster, addressed)], `the pod's address ${place.ip ?? ''}`);
  const byServer = workloadsOfServer(cluster, seen);
  if (byServer.workloads.length > 0) return byServer;
  if (named !== undefined || place.pod !== undefined) {
    const what = named === undefined ? `pod ${place.pod ?? ''}` : `${named.kind}/${named.name}`;
    const where = place.namespace === undefined ? '' : ` in namespace ${place.namespace}`;
    return told([], `the manifests have no workload of ${what}${where}`);
  }
  return byServer;
}

function told(workloads: readonly Workload[], because: string): Found {
  return { workloads, because };
}

function isIn({ namespace }: SignalPlace, own: string): boolean {
  return namespace === undefined || namespace === own;
}

/** What follows a workload's name in those of its pods. */
const SUFFIXES: Readonly<Record<string, RegExp>> = {
  deployment: /^-[a-z0-9]{1,10}-[a-z0-9]{5}$/,
  replicaset: /^-[a-z0-9]{5}$/,
  replicationcontroller: /^-[a-z0-9]{5}$/,
  daemonset: /^-[a-z0-9]{5}$/,
  job: /^(?:-\d+)?-[a-z0-9]{5}$/,
  statefulset: /^-\d+$/,
  cronjob: /^-\d{6,10}(?:-\d+)?-[a-z0-9]{5}$/,
};

/** The workloads that a pod can be of: the pod itself, or what its name begins with. */
function workloadsOfPod(cluster: Cluster, pod: string, place: SignalPlace): readonly Workload[] {
  const { byName } = indexOf(cluster);
  const here = (name: string): readonly Workload[] =>
    (byName.get(name) ?? []).filter(({ namespace }) => isIn(place, namespace));
  for (const own of ['pod', 'externalworkload']) {
    const itself = here(pod).filter(({ kind }) => kind === own);
    if (itself.length > 0) return itself.map((workload) => headOf(cluster, workload));
  }
  for (let end = pod.length; end > 0; end = pod.lastIndexOf('-', end - 1)) {
    const [name, suffix] = [pod.slice(0, end), pod.slice(end)];
    const makers = here(name).filter(
      ({ kind, isMadeByInput }) =>
        kind !== 'pod' &&
        !isMadeByInput &&
        (SUFFIXES[kind] ?? (kind.includes('.') ? /^-/ : /^$/)).test(suffix),
    );
    if (makers.length > 0) return makers;
  }
  return [];
}

/** Without a pod, the workloads that a Server selects; or under a default policy, those that declare the port. */
function workloadsOfServer(cluster: Cluster, { place, server, port }: Seen): Found {
  const nobody = 'the signal names no pod';
  if (server === undefined) return told([], `${nobody} and no Server`);
  const home = place.namespace === undefined ? cluster.namespaceNames() : [place.namespace];
  const where = place.namespace === undefined ? 'no namespace' : `namespace ${place.namespace}`;
  if (server.kind === 'server') {
    const servers = home.flatMap((name) =>
      cluster.policyOf(name).servers.filter((one) => one.name === server.name),
    );
    if (servers.length === 0) return told([], `${nobody}, and ${where} has a Server ${quote(server.name)}`);
    const isOne = new Set(servers.map(({ namespace }) => namespace)).size === 1;
    if (!isOne)
      return told([], `${nobody} and no namespace, and several have a Server ${quote(server.name)}`);
    const some = servers.flatMap((one) => selectedBy(cluster, one));
    const governed = some.filter(
      (workload) =>
        port === undefined || cluster.portOwnership(workload).owners.get(port)?.name === server.name,
    );
    return told(governed.length > 0 ? governed : some, `Server ${server.name}`);
  }
  if (place.namespace === undefined) return told([], `${nobody} and no namespace; pass it with -n`);
  const declaring = allWorkloads(cluster).filter(
    ({ namespace, pod }) => namespace === place.namespace && pod.ports.some(({ number }) => number === port),
  );
  if (declaring.length === 0)
    return told([], `${nobody}, and no workload of ${where} declares port ${port ?? 'that it was'}`);
  return told(declaring, `port ${port ?? ''} of ${where}`);
}

function portsOf(cluster: Cluster, { port, server, source }: Seen, workload: Workload): readonly number[] {
  if (port !== undefined) return [port];
  const owners = [...cluster.portOwnership(workload).owners];
  const owned = owners.filter(([, one]) => server?.kind === 'server' && one.name === server.name);
  if (owned.length > 0) return owned.map(([number]) => number);
  // An access log is about HTTP to the application: with one port there is no doubt.
  const { admin, inbound } = workload.pod.proxyPorts;
  const own = [...new Set(workload.pod.ports.map(({ number }) => number))].filter(
    (number) => number !== admin && number !== inbound,
  );
  return source === 'access-log' && own.length === 1 ? own : [];
}

export function targetKey(target: Target): string {
  return `${workloadKey(target)}:${target.port}`;
}
