import type { Cluster } from '../../cluster/cluster';
import { decodeSelector } from '../../cluster/field-decoders';
import type { Server } from '../../cluster/server';
import type { Workload } from '../../cluster/workload';
import { memoized } from '../../basics/collections';
import { valueAt } from '../../kubernetes/fields';
import type { LabelSelector, Labels } from '../../kubernetes/selector';
import type { KubeObject, Origin } from '../../kubernetes/object';
import { INJECT } from '../../linkerd/annotations';
import { PROXY_PORT_NAMES } from '../../linkerd/ports';

/**
 * Pods that a namespace without workloads in the input may have: for each Server one that it governs, and one that only
 * the default governs. All have the proxy, since policy alone says nothing of pods without it.
 */
export function supposedPods(cluster: Cluster, namespace: string): readonly Workload[] {
  const { servers } = cluster.policyOf(namespace);
  const anywhere = cluster.namespaceObject(namespace) ?? servers[0]?.source;
  const origin = anywhere?.origin ?? { file: '-', line: 1 };
  const ungoverned = cluster.wouldBe(pod(namespace, 'any other', {}, [], origin));
  const free = freePort(ungoverned, servers);
  return [...servers.flatMap((server) => governedBy(cluster, server, free)), ungoverned];
}

/** The number of a port of which only the name is known: one that neither annotations nor other Servers speak of. */
function freePort({ pod: { settings } }: Workload, servers: readonly Server[]): number {
  const taken = new Set<unknown>([...Object.values(settings.proxyPorts), ...servers.map(({ port }) => port)]);
  const { skippedInbound, opaque, requireIdentity } = settings;
  const isFree = (port: number): boolean =>
    !taken.has(port) && [skippedInbound, opaque, requireIdentity].every((ports) => !ports.has(port));
  const all = Array.from({ length: LAST - USUAL }, (_, step) => USUAL + step);
  return all.find(isFree) ?? USUAL;
}

const USUAL = 8080;
const LAST = 65535;

/** A pod that a Server selects: if others claim its port too, one whose port they leave to it, if there may be one. */
function governedBy(cluster: Cluster, server: Server, free: number): Workload[] {
  const { namespace, name, port, source } = server;
  const isProxys = Object.values<unknown>(PROXY_PORT_NAMES).includes(port);
  const number = typeof port === 'number' ? port : free;
  const ports = isProxys
    ? []
    : [{ containerPort: number, ...(typeof port === 'string' ? { name: port } : {}) }];
  const make = server.selects === 'pods' ? pod : machine;
  let selected: Workload | undefined;
  const others = cluster
    .policyOf(namespace)
    .servers.filter((other) => other !== server && other.port === port && other.selects === server.selects);
  for (const labels of labelChoices(server, others)) {
    if (!server.matches(labels)) continue;
    const one = cluster.wouldBe(make(namespace, `any of server/${name}`, labels, ports, source.origin));
    if ([...cluster.portOwnership(one).owners.values()].includes(server)) return [one];
    selected ??= one;
  }
  return selected === undefined ? [] : [selected];
}

const MOST = 2000;

/**
 * Labels of pods that a Server may select, the plainest first: each choice among the values that it names, and then each
 * among those that the other Servers name, as long as there are not too many.
 */
function labelChoices(server: Server, others: readonly Server[]): readonly Labels[] {
  const { matchLabels = {}, matchExpressions = [] } = selectorOf(server);
  let all: readonly Labels[] = [matchLabels];
  for (const { key, operator, values = [] } of matchExpressions) {
    if (operator === 'In') all = chosen(all, key, values) ?? chosen(all, key, values.slice(0, 1)) ?? all;
    if (operator === 'Exists') all = chosen(all, key, ['any']) ?? all;
  }
  for (const [key, values] of valuesNamed(others))
    all = chosen(all, key, [undefined, ...values, 'any']) ?? all;
  return all;
}

/** Each of the labels with each value of a key that they have not; `undefined` if that is too many. */
function chosen(
  all: readonly Labels[],
  key: string,
  values: readonly (string | undefined)[],
): Labels[] | undefined {
  if (all.length * values.length > MOST) return undefined;
  return all.flatMap((labels) =>
    Object.hasOwn(labels, key)
      ? [labels]
      : values.map((value) => (value === undefined ? labels : { ...labels, [key]: value })),
  );
}

function valuesNamed(servers: readonly Server[]): Map<string, Set<string>> {
  const named = new Map<string, Set<string>>();
  const add = (key: string, values: readonly string[]): void => {
    for (const value of values) memoized(named, key, () => new Set<string>()).add(value);
  };
  for (const { matchLabels = {}, matchExpressions = [] } of servers.map(selectorOf)) {
    for (const [key, value] of Object.entries(matchLabels)) add(key, [value]);
    for (const { key, values = ['any'] } of matchExpressions) add(key, values);
  }
  return named;
}

function selectorOf({ source, selects }: Server): LabelSelector {
  const field = selects === 'pods' ? 'podSelector' : 'externalWorkloadSelector';
  return decodeSelector(valueAt(source.object, 'spec', field)) ?? {};
}

type Port = Readonly<Record<string, unknown>>;

function pod(
  namespace: string,
  name: string,
  labels: Labels,
  ports: readonly Port[],
  origin: Origin,
): { object: KubeObject; origin: Origin } {
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels, annotations: { [INJECT]: 'enabled' } },
    spec: { containers: [{ name: 'any', ports }] },
  };
  return { object, origin };
}

function machine(
  namespace: string,
  name: string,
  labels: Labels,
  ports: readonly Port[],
  origin: Origin,
): { object: KubeObject; origin: Origin } {
  const object: KubeObject = {
    apiVersion: 'workload.linkerd.io/v1beta1',
    kind: 'ExternalWorkload',
    metadata: { name, namespace, labels },
    spec: { ports: ports.map(({ containerPort, ...rest }) => ({ port: containerPort, ...rest })) },
  };
  return { object, origin };
}
