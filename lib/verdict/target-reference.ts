import type { Cluster } from '../cluster/cluster';
import { refusalWords } from '../cluster/refused-objects';
import { backendsOf, behindService, findService, serviceOf } from '../cluster/services';
import { workloadKey, type Workload } from '../cluster/workload';
import type { SourceObject } from '../kubernetes/object';
import { parseAddress } from '../linkerd/network';
import { isPortNumber } from '../linkerd/ports';
import type { Target } from './decide';
import {
  isWorkloadKind,
  namespaceMissing,
  parseKind,
  requireWorkloadKind,
  requireWorkloads,
  UnknownReferenceError,
} from './references';
import { clusterHost, podsAt, serviceAt, spokenTarget, type SpokenTarget } from './spoken-names';

/** A target, with the Service port it is dialled through, if any. */
export interface ResolvedTarget extends Target {
  readonly dialledPort?: number;
}

/**
 * Reads a target: `namespace/kind/name:port`, or `namespace/service:port` for every workload behind a Service. A port is a
 * number or a name; behind a headless Service, a number is one of the pod. What stands in configurations and logs is
 * understood as well: names of the cluster's DNS, URLs, addresses of pods and Services, and names of pods.
 *
 * @param namespace that of names without one: `deployment/web:http`
 * @throws UnknownReferenceError if it is none of these, or not in the manifests; without a port it has those to choose from
 */
export function parseTarget(cluster: Cluster, text: string, namespace?: string): ResolvedTarget[] {
  const spoken = spokenTarget(text);
  if (spoken !== undefined) return spokenTargets(cluster, text, spoken, namespace);
  const colon = text.lastIndexOf(':');
  const written = text.slice(0, colon < 0 ? undefined : colon).split('/');
  const port = colon < 0 ? '' : text.slice(colon + 1);
  if (written.some((part) => part === '') || written.length < 2 || written.length > 3) throw notATarget(text);
  const [first = '', second = ''] = written;
  const isShort = written.length === 2 && isKind(cluster, parseKind(first));
  const parts = isShort && namespace !== undefined ? [namespace, ...written] : written;
  if (isShort && namespace === undefined && findService(cluster, first, second) === undefined)
    throw namespaceMissing(text);
  const [place = '', word = '', name] = parts;
  if (name === undefined) return serviceTargets(cluster, place, word, port);
  const kind = parseKind(word);
  if (kind === 'service') return serviceTargets(cluster, place, name, port);
  requireWorkloadKind(cluster, kind, text);
  return workloadTargets(requireWorkloads(cluster, { namespace: place, kind, name }), port);
}

function notATarget(text: string): UnknownReferenceError {
  return new UnknownReferenceError(
    `${JSON.stringify(text)} is not a target; write namespace/kind/name:port (such as shop/deployment/web:8080), ` +
      'namespace/service:port, service.namespace:port, or the address and port of a pod',
  );
}

function isKind(cluster: Cluster, kind: string): boolean {
  return kind === 'service' || isWorkloadKind(cluster, kind);
}

function spokenTargets(
  cluster: Cluster,
  text: string,
  { host, port }: SpokenTarget,
  namespace: string | undefined,
): ResolvedTarget[] {
  if (parseAddress(host) !== undefined) return targetsAt(cluster, host, port);
  const known = clusterHost(host, namespace);
  if (known === undefined) throw notATarget(/^[^/]*:\/\//.test(text) ? host : text);
  if (known.ip !== undefined) return targetsAt(cluster, known.ip, port);
  if (known.pod !== undefined) {
    const id = { namespace: known.namespace, kind: 'pod', name: known.pod };
    return workloadTargets(requireWorkloads(cluster, id), port);
  }
  return serviceTargets(cluster, known.namespace, known.service ?? host, port);
}

function targetsAt(cluster: Cluster, ip: string, port: string): ResolvedTarget[] {
  const pods = podsAt(cluster, ip);
  if (pods.length > 0) return workloadTargets(pods, port);
  const service = serviceAt(cluster, ip);
  if (service !== undefined)
    return serviceTargets(cluster, cluster.namespaceOf(service), service.object.metadata.name, port);
  throw new UnknownReferenceError(
    `no pod and no Service of the manifests has the address ${ip}; only what was read from a cluster has addresses, ` +
      'so read it with --context, or name the workload: namespace/kind/name:port',
  );
}

function workloadTargets(workloads: readonly Workload[], port: string): ResolvedTarget[] {
  if (port === '') throw portMissing(workloads.flatMap(portChoices), workloads.map(workloadKey).join(', '));
  return workloads.flatMap((workload) => {
    const { namespace, kind, name } = workload;
    return portNumbers(workload, port).map((number) => ({ namespace, kind, name, port: number }));
  });
}

function portChoices({ pod }: Workload): string[] {
  return pod.ports.map(({ number, name }) => `${number}${name === undefined ? '' : ` (${name})`}`);
}

/** Which port is meant is for the reader to say. */
function portMissing(choices: readonly string[], what: string): UnknownReferenceError {
  const known = [...new Set(choices)];
  return new UnknownReferenceError(
    `which port of ${what}? ` +
      (known.length === 0
        ? 'the manifests declare none; add its number, as in :8080'
        : `add one of ${known.join(', ')}, as in :${known[0]?.split(' ')[0]}`),
  );
}

/** The numbers that a port means on a workload. @throws UnknownReferenceError if it has no port of that name */
export function portNumbers(workload: Workload, port: string): number[] {
  if (/^\d+$/.test(port)) {
    const number = Number(port);
    if (isPortNumber(number)) return [number];
    throw new UnknownReferenceError(
      `port ${port} is out of range; a port is a number from 1 to 65535, or a name`,
    );
  }
  const named = [...(workload.pod.portNames.get(port) ?? [])];
  if (named.length > 0) return named;
  const names = [...workload.pod.portNames.keys()];
  throw new UnknownReferenceError(
    `${workloadKey(workload)} has no port named ${JSON.stringify(port)}; ` +
      (names.length === 0 ? 'none of its ports has a name' : `its named ports are ${names.join(', ')}`),
  );
}

function serviceTargets(cluster: Cluster, namespace: string, name: string, word: string): ResolvedTarget[] {
  const source = findService(cluster, namespace, name);
  if (source === undefined) {
    const refused = cluster.refusedObject('', 'Service', namespace, name);
    if (refused !== undefined)
      throw new UnknownReferenceError(
        `of Service ${namespace}/${name} the manifests have only a document ${refusalWords(refused)}; check says what is wrong with it`,
      );
    const known = cluster
      .servicesIn(namespace)
      .map(({ object }) => object.metadata.name)
      .join(', ');
    throw new UnknownReferenceError(
      `namespace ${namespace} has no Service ${JSON.stringify(name)}; ` +
        (known === '' ? 'the manifests have no Services there' : `its Services are ${known}`),
    );
  }
  const { ports, isHeadless } = serviceOf(source);
  if (word === '') {
    const choices = ports.map((port) => `${port.number}${port.name === undefined ? '' : ` (${port.name})`}`);
    throw portMissing(choices, `Service ${namespace}/${name}`);
  }
  // Its name leads to the pods: a number is one of theirs.
  if (isHeadless && /^\d+$/.test(word)) return headlessTargets(cluster, source, word);
  const port = ports.find(({ number, name: portName }) => `${number}` === word || portName === word);
  if (port === undefined) {
    const known = ports.map(({ number, name: portName }) => portName ?? number).join(', ');
    throw new UnknownReferenceError(
      `Service ${namespace}/${name} has no TCP port ${JSON.stringify(word)}; it has ${known || 'none'}`,
    );
  }
  const backends = backendsOf(cluster, source).filter(({ servicePort }) => servicePort === port);
  if (backends.length > 0) {
    return backends.map(({ workload, number, dialledPort }) => ({
      namespace,
      kind: workload.kind,
      name: workload.name,
      port: number,
      dialledPort,
    }));
  }
  throw new UnknownReferenceError(
    `Service ${namespace}/${name} selects no workload in the manifests with port ${port.target}`,
  );
}

function headlessTargets(cluster: Cluster, source: SourceObject, word: string): ResolvedTarget[] {
  const namespace = cluster.namespaceOf(source);
  const workloads = behindService(cluster, source);
  if (workloads.length === 0) {
    throw new UnknownReferenceError(
      `Service ${namespace}/${source.object.metadata.name} selects no workload in the manifests`,
    );
  }
  return workloads.flatMap((workload) => {
    const { kind, name } = workload;
    return portNumbers(workload, word).map((port) => ({ namespace, kind, name, port, dialledPort: port }));
  });
}
