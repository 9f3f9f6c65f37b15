import { UserError } from '../basics/problem';
import { firstOf } from '../basics/words';
import type { Cluster } from '../cluster/cluster';
import { refusalWords } from '../cluster/refused-objects';
import { WORKLOAD_KINDS, workloadKey, type Workload, type WorkloadId } from '../cluster/workload';
import { DNS_LABEL, identityProblem, workloadIdentity } from '../linkerd/identity';
import { parseAddress } from '../linkerd/network';
import type { ClientReference } from './client';
import { makerByName } from './spoken-names';

/** The user's text cannot be understood; the message says what can. */
export class UnknownReferenceError extends UserError {
  public constructor(message: string) {
    super([message]);
    this.name = 'UnknownReferenceError';
  }
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
  // `deployment.apps`, as kubectl prints names; kinds of others keep their group.
  const lower = word.toLowerCase().replace(/\.(?:apps|batch)$/, '');
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
 * @param namespace that of names without one: `deployment/web`
 * @throws UnknownReferenceError if it is none of these, or a workload that is not in the manifests
 */
export function parseClient(cluster: Cluster, text: string, namespace?: string): ClientReference {
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
  if (parts.length === 2) {
    if (namespace !== undefined) return namedClient(cluster, text, [namespace, ...parts]);
    if (isWorkloadKind(cluster, parseKind(parts[0] ?? ''))) throw namespaceMissing(text);
  }
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
  const [found] = requireWorkloads(cluster, { namespace, kind, name });
  if (found === undefined) throw new UnknownReferenceError(`${JSON.stringify(text)} is no workload`);
  return { workload: { namespace, kind: found.kind, name: found.name } };
}

/** Refuses what is the name of no kind that runs pods. */
export function requireWorkloadKind(cluster: Cluster, kind: string, text: string): void {
  if (isWorkloadKind(cluster, kind)) return;
  throw new UnknownReferenceError(
    `${JSON.stringify(kind)} in ${JSON.stringify(text)} is not a workload kind; use one of ${WORKLOAD_KINDS.join(', ')}`,
  );
}

/** Whether the name of a kind is one of those that run pods, of Kubernetes or of the input. */
export function isWorkloadKind({ workloads }: Cluster, kind: string): boolean {
  if (WORKLOAD_KINDS.includes(kind)) return true;
  return workloads.some((known) => known.kind === kind || known.kind.startsWith(`${kind}.`));
}

/** `deployment/web` says nowhere in which namespace. */
export function namespaceMissing(text: string): UnknownReferenceError {
  return new UnknownReferenceError(
    `${JSON.stringify(text)} does not say in which namespace; write NAMESPACE/${text}, or name it with -n`,
  );
}

/** The workloads that a name means: one, or what made the pod of that name, if the manifests lack the pod itself. */
export function requireWorkloads(cluster: Cluster, id: WorkloadId): readonly Workload[] {
  const workload = cluster.workload(id);
  if (workload !== undefined) return [workload];
  const makers = id.kind === 'pod' ? makerByName(cluster, id.namespace, id.name) : [];
  if (makers.length === 1) return makers;
  const refused = cluster.refused.find(
    ({ source, source: { object } }) =>
      object.kind.toLowerCase() === id.kind &&
      object.metadata.name === id.name &&
      cluster.namespaceOf(source) === id.namespace,
  );
  if (refused !== undefined)
    throw new UnknownReferenceError(
      `of ${workloadKey(id)} the manifests have only a document ${refusalWords(refused.source)}; check says what is wrong with it`,
    );
  const same = cluster.workloads.filter(({ namespace }) => namespace === id.namespace).map(workloadKey);
  throw new UnknownReferenceError(
    `the manifests have no ${workloadKey(id)}; ` +
      (same.length === 0
        ? `they have no workloads in namespace ${id.namespace}`
        : `namespace ${id.namespace} has ${firstOf(same)}`),
  );
}
