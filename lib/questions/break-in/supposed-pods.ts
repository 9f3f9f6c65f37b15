import type { Cluster } from '../../cluster/cluster';
import { decodeSelector } from '../../cluster/field-decoders';
import type { Server } from '../../cluster/server';
import type { Workload } from '../../cluster/workload';
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
  const numbers = new Set(servers.map(({ port }) => port));
  const free = Array.from({ length: servers.length + 1 }, (_, step) => 8080 + step).find(
    (port) => !numbers.has(port),
  );
  const governed = servers.flatMap((server) => governedBy(cluster, server, free ?? 8080));
  const anywhere = cluster.namespaceObject(namespace) ?? servers[0]?.source;
  return [
    ...governed,
    cluster.wouldBe(pod(namespace, 'any other', {}, [], anywhere?.origin ?? { file: '-', line: 1 })),
  ];
}

/** A pod that a Server selects; if an older Server takes the port from it, one that the other does not select. */
function governedBy(cluster: Cluster, server: Server, free: number): Workload[] {
  const { namespace, name, port, source } = server;
  const isProxys = Object.values<unknown>(PROXY_PORT_NAMES).includes(port);
  const number = typeof port === 'number' ? port : free;
  const ports = isProxys
    ? []
    : [{ containerPort: number, ...(typeof port === 'string' ? { name: port } : {}) }];
  const make = (labels: Labels): Workload =>
    server.selects === 'pods'
      ? cluster.wouldBe(pod(namespace, `any of server/${name}`, labels, ports, source.origin))
      : cluster.wouldBe(machine(namespace, `any of server/${name}`, labels, ports, source.origin));
  const candidates = labelsMatching(selectorOf(server))
    .filter((labels) => server.matches(labels))
    .map(make);
  const owning = candidates.find((one) => [...cluster.portOwnership(one).owners.values()].includes(server));
  return owning === undefined ? candidates.slice(0, 1) : [owning];
}

function selectorOf({ source, selects }: Server): LabelSelector {
  const field = selects === 'pods' ? 'podSelector' : 'externalWorkloadSelector';
  return decodeSelector(valueAt(source.object, 'spec', field)) ?? {};
}

const MOST = 64;

/** Labels that a selector may match: each choice among the values that it lists, as long as there are few. */
function labelsMatching({ matchLabels = {}, matchExpressions = [] }: LabelSelector): Labels[] {
  let all: Labels[] = [matchLabels];
  for (const { key, operator, values = [] } of matchExpressions) {
    if (operator !== 'In' && operator !== 'Exists') continue;
    const choices = operator === 'In' ? values : ['any'];
    all = all.flatMap((labels) =>
      Object.hasOwn(labels, key) ? [labels] : choices.map((value) => ({ ...labels, [key]: value })),
    );
    all = all.slice(0, MOST);
  }
  return all;
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
