import { UserError } from '../basics/problem';
import { firstOf } from '../basics/words';
import type { Cluster } from '../cluster/cluster';
import { backendsOf, behindService, findService, serviceOf } from '../cluster/services';
import { WORKLOAD_KINDS, workloadKey, type Workload, type WorkloadId } from '../cluster/workload';
import { DNS_LABEL, identityProblem, workloadIdentity } from '../linkerd/identity';
import type { SourceObject } from '../kubernetes/object';
import { parseAddress } from '../linkerd/network';
import { isPortNumber } from '../linkerd/ports';
import type { ClientReference } from './client';
import type { Target } from './decide';

/** The user's text cannot be understood; the message says what can. */
export class UnknownReferenceError extends UserError {
  public constructor(message: string) {
    super([message]);
    this.name = 'UnknownReferenceError';
  }
}

/** A target, with the Service port it is dialled through, if any. */
export interface ResolvedTarget extends Target {
  readonly dialledPort?: number;
}

/** Short and plural names of kinds, as in kubectl. */
const ALIASES = new Map([
  ['po', 'pod'],
  ['deploy', 'deployment'],
  ['sts', 'statefulset'],
  ['ds', 'daemonset'],
  ['rs', 'replicaset'],
  ['rc', 'replicationcontroller'],
  ['cj', 'cronjob'],
  ['sa', 'serviceaccount'],
  ['ew', 'externalworkload'],
  ['svc', 'service'],
]);

/** `Deployments`, `deploy` and `deployment` are the same kind. */
export function parseKind(word: string): string {
  const lower = word.toLowerCase();
  const alias = ALIASES.get(lower);
  if (alias !== undefined) return alias;
  const singular = lower.replace(/s$/, '');
  return [...WORKLOAD_KINDS, 'serviceaccount', 'service'].includes(singular) ? singular : lower;
}

/** What other programs read as an address: a host whose last part is a number, or anything with two colons. */
const LIKE_AN_ADDRESS = /^(?:[^/]*\.)?(?:\d+|0x[0-9a-f]*)\.?$|^[^/]*:[^/]*:/i;

/**
 * Reads a client: `namespace/kind/name` of a workload, `namespace/serviceaccount/name`, a mesh identity, an
 * address, `unmeshed`, or `unauthenticated-tls`.
 *
 * @throws UnknownReferenceError if it is none of these, or a workload that is not in the manifests
 */
export function parseClient(cluster: Cluster, text: string): ClientReference {
  if (text === 'unmeshed') return { tls: 'none' };
  if (text === 'unauthenticated-tls') return { tls: 'unauthenticated-tls' };
  if (parseAddress(text) !== undefined) return { tls: 'none', ip: text };
  if (LIKE_AN_ADDRESS.test(text)) {
    throw new UnknownReferenceError(
      `${JSON.stringify(text)} is no IP address as Linkerd reads them; write four decimal numbers without leading zeros ` +
        '(such as 10.1.2.3), or an IPv6 address',
    );
  }
  const parts = text.split('/');
  if (!text.startsWith('spiffe://') && parts.length === 3) return namedClient(cluster, text, parts);
  if (/[.]|^spiffe:/.test(text) && !text.includes('*') && identityProblem(text) === undefined) {
    return { tls: 'mesh', identity: text };
  }
  throw new UnknownReferenceError(
    `${JSON.stringify(text)} is not a client; write namespace/kind/name (such as shop/deployment/web), ` +
      'namespace/serviceaccount/name, a mesh identity, an IP address, or "unmeshed"',
  );
}

function namedClient(
  cluster: Cluster,
  text: string,
  [namespace = '', word = '', name = '']: string[],
): ClientReference {
  const kind = parseKind(word);
  if (kind === 'serviceaccount') {
    if (!DNS_LABEL.test(namespace) || name === '') {
      throw new UnknownReferenceError(
        `${JSON.stringify(text)} is not a ServiceAccount; write namespace/serviceaccount/name`,
      );
    }
    return { tls: 'mesh', identity: workloadIdentity(name, namespace, cluster.config) };
  }
  requireWorkloadKind(cluster, kind, text);
  const found = requireWorkload(cluster, { namespace, kind, name });
  return { workload: { namespace, kind: found.kind, name: found.name } };
}

/**
 * Reads a target: `namespace/kind/name:port`, or `namespace/service:port` for every workload behind a
 * Service. A port is a number or a name; behind a headless Service, a number is one of the pod.
 *
 * @throws UnknownReferenceError if it is neither, or not in the manifests
 */
export function parseTarget(cluster: Cluster, text: string): ResolvedTarget[] {
  const colon = text.lastIndexOf(':');
  const parts = text.slice(0, colon < 0 ? undefined : colon).split('/');
  const port = colon < 0 ? '' : text.slice(colon + 1);
  if (port === '' || parts.some((part) => part === '') || parts.length < 2 || parts.length > 3) {
    throw new UnknownReferenceError(
      `${JSON.stringify(text)} is not a target; write namespace/kind/name:port (such as shop/deployment/web:8080), ` +
        'or namespace/service:port',
    );
  }
  const [namespace = '', second = '', third] = parts;
  if (third === undefined) return serviceTargets(cluster, namespace, second, port);
  const kind = parseKind(second);
  if (kind === 'service') return serviceTargets(cluster, namespace, third, port);
  requireWorkloadKind(cluster, kind, text);
  const workload = requireWorkload(cluster, { namespace, kind, name: third });
  return portNumbers(workload, port).map((number) => ({
    namespace,
    kind: workload.kind,
    name: third,
    port: number,
  }));
}

/** The numbers that a port means on a workload. */
function portNumbers(workload: Workload, port: string): number[] {
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

function requireWorkloadKind({ workloads }: Cluster, kind: string, text: string): void {
  if (WORKLOAD_KINDS.includes(kind)) return;
  if (workloads.some((known) => known.kind === kind || known.kind.startsWith(`${kind}.`))) return;
  throw new UnknownReferenceError(
    `${JSON.stringify(kind)} in ${JSON.stringify(text)} is not a workload kind; use one of ${WORKLOAD_KINDS.join(', ')}`,
  );
}

function requireWorkload(cluster: Cluster, id: WorkloadId): Workload {
  const workload = cluster.workload(id);
  if (workload !== undefined) return workload;
  const same = cluster.workloads.filter(({ namespace }) => namespace === id.namespace).map(workloadKey);
  throw new UnknownReferenceError(
    `the manifests have no ${workloadKey(id)}; ` +
      (same.length === 0
        ? `they have no workloads in namespace ${id.namespace}`
        : `namespace ${id.namespace} has ${firstOf(same)}`),
  );
}
