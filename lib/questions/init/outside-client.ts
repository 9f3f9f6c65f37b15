import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import type { Evidence } from '../../workloads/protocol';
import type { InitOptions, ReviewMark, PlannedClient } from './plan';
import { meshEligibility, type MeshEligibility } from './mesh-eligibility';

/** Somebody from outside a namespace whom the manifests name as a client of a workload's port. */
export interface OutsideClient {
  readonly workload: Workload;
  /** The container port. */
  readonly number: number;
  /** Absent if the manifests do not tell who it is: then there is a question. */
  readonly client?: PlannedClient;
  readonly because: string;
  readonly marks: readonly ReviewMark[];
  readonly question?: Question;
  /** What the client tells about the protocol. */
  readonly evidence?: Evidence;
  /** Whether the client is the reason that the port is there, so that peers need not be let in. */
  readonly isScrape?: boolean;
}

export interface Question {
  readonly text: string;
  /** A call such as `Client.everyone()` that would be the answer. */
  readonly client?: string;
}

/** What the sources of clients look at. */
export interface InitInput {
  readonly cluster: Cluster;
  /** The workloads that somebody wrote, sorted. */
  readonly workloads: readonly Workload[];
  readonly options: InitOptions;
}

/** The client that a workload is, and what to mark if it has no proxy. */
export function workloadClient(
  cluster: Cluster,
  workload: Workload,
): Pick<OutsideClient, 'client' | 'marks' | 'question'> {
  const { namespace, kind, name, pod } = workload;
  return accountClient(meshEligibility(cluster, workload), `${kind}/${name} of namespace ${namespace}`, {
    namespace,
    name: pod.serviceAccount,
  });
}

/** Without a proxy a client has no identity: an exception for its ServiceAccount admits nobody. */
export function accountClient(
  { kind, reason }: MeshEligibility,
  label: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Pick<OutsideClient, 'client' | 'marks' | 'question'> {
  if (!isName(namespace) || !isName(name)) {
    const text = `${label} runs as ServiceAccount ${JSON.stringify(name)}, which no cluster has`;
    return { marks: [], question: { text } };
  }
  if (kind === 'outside') {
    const text = `${label} has no proxy (${reason}), so it has no identity: only its network can be let in`;
    return { marks: [], question: { text, client: "Client.network('192.0.2.0/24')" } };
  }
  const marks: ReviewMark[] = [];
  if (kind === 'injectable') {
    marks.push({
      kind: 'DOUBT',
      text: `${label} has no proxy yet; until it has, it has no identity and stays out`,
    });
  }
  if (name === 'default') {
    const text = `every pod of namespace ${namespace} that names no ServiceAccount has this one; give ${label} its own`;
    marks.push({ kind: 'DOUBT', text });
  }
  return { client: { kind: 'serviceAccount', namespace, name }, marks };
}

/** `namespace/name` of a ServiceAccount, as people give it. */
export function accountOf(text: string): PlannedClient | undefined {
  const [namespace, name, ...more] = text.split('/');
  if (namespace === undefined || name === undefined || more.length > 0) return undefined;
  if (!isName(namespace) || !isName(name)) return undefined;
  return { kind: 'serviceAccount', namespace, name };
}

/** What Kubernetes takes for a name of a ServiceAccount or a namespace. */
function isName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text);
}
