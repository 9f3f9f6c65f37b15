import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import type { Evidence } from '../../workloads/protocol';
import type { InitOptions, ReviewMark, PlannedClient } from './plan';
import { meshEligibility, type MeshEligibility } from './mesh-eligibility';

/** A client from outside a namespace that the manifests name for a workload's port. */
export interface OutsideClient {
  readonly workload: Workload;
  /** The container port. */
  readonly number: number;
  /** Absent if the manifests do not say who it is: then there is a question. */
  readonly client?: PlannedClient;
  readonly because: string;
  readonly marks: readonly ReviewMark[];
  /** Its text does not repeat `because`. */
  readonly question?: Question;
  /** What the client reveals about the protocol. */
  readonly evidence?: Evidence;
  /** Whether the client is the reason the port exists, so that peers need not be let in. */
  readonly isScrape?: boolean;
}

export interface Question {
  readonly text: string;
  /** A call that would answer the question, such as `Client.everyone()`. */
  readonly client?: string;
}

/** What the sources of clients look at. */
export interface InitInput {
  readonly cluster: Cluster;
  /** The workloads that somebody wrote, sorted. */
  readonly workloads: readonly Workload[];
  readonly options: InitOptions;
  /** Namespaces whose jails will ask for the proxy, though nothing does so today. */
  readonly injected: ReadonlySet<string>;
}

/** Whether a workload has the proxy, or will have it once the jails are applied. */
export function standingOf({ cluster, injected }: InitInput, workload: Workload): MeshEligibility {
  const standing = meshEligibility(cluster, workload);
  return standing.kind === 'injectable' && injected.has(workload.namespace)
    ? { kind: 'meshed', reason: 'its jail asks for the proxy' }
    : standing;
}

/** A workload as a client, and the marks if it has no proxy. */
export function workloadClient(
  sources: InitInput,
  workload: Workload,
): Pick<OutsideClient, 'client' | 'marks' | 'question'> {
  const { namespace, kind, name, pod } = workload;
  return accountClient(standingOf(sources, workload), `${kind}/${name} in namespace ${namespace}`, {
    namespace,
    name: pod.serviceAccount,
  });
}

/** Without a proxy a client has no identity: an exception for its ServiceAccount lets nobody in. */
export function accountClient(
  { kind, reason }: MeshEligibility,
  label: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Pick<OutsideClient, 'client' | 'marks' | 'question'> {
  if (!isName(namespace) || !isName(name)) {
    const text = `${label} runs as ServiceAccount ${JSON.stringify(name)}, which is not a valid name`;
    return { marks: [], question: { text } };
  }
  if (kind === 'outside') {
    const text = `${label} has no proxy (${reason}), so it has no identity; only its network can be let in`;
    return { marks: [], question: { text, client: "Client.network('192.0.2.0/24')" } };
  }
  const marks: ReviewMark[] = [];
  if (kind === 'injectable') {
    marks.push({
      kind: 'DOUBT',
      text: `${label} has no proxy yet; until it has one, it has no identity and is kept out`,
    });
  }
  if (name === 'default') {
    const text = `every pod in namespace ${namespace} that names no ServiceAccount runs as this one; give ${label} its own`;
    marks.push({ kind: 'DOUBT', text });
  }
  return { client: { kind: 'serviceAccount', namespace, name }, marks };
}

/** `namespace/name` of a ServiceAccount, as the user types it. */
export function accountOf(text: string): PlannedClient | undefined {
  const [namespace, name, ...more] = text.split('/');
  if (namespace === undefined || name === undefined || more.length > 0) return undefined;
  if (!isName(namespace) || !isName(name)) return undefined;
  return { kind: 'serviceAccount', namespace, name };
}

/** What Kubernetes accepts as the name of a ServiceAccount or a namespace. */
function isName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text);
}
