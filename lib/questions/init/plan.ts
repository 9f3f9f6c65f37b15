import type { LabelSelector } from '../../kubernetes/selector';
import type { ProxyProtocolName } from '../../linkerd/protocol';

/**
 * A decision that people should look at: a `GUESS` was taken and may be wrong, a `DOUBT` was left open because the
 * manifests do not tell.
 */
export interface ReviewMark {
  readonly kind: 'GUESS' | 'DOUBT';
  readonly text: string;
}

/** Who is to be admitted; networks that the manifests do not tell are filled in by people, in one place. */
export type PlannedClient =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'serviceAccount'; readonly namespace: string; readonly name: string }
  /** The kubelets, which have no identity: the network of the nodes. */
  | { readonly kind: 'nodes' }
  /** The API server, which has no identity: the network of the control plane. */
  | { readonly kind: 'apiServer' };

/** A port of pods, and why it is planned as it is. */
interface PlannedSubject {
  readonly port: number | string;
  /** Absent: every pod of the namespace. */
  readonly selector?: LabelSelector;
  readonly because: readonly string[];
  readonly marks: readonly ReviewMark[];
}

/** A port that is opened to its own namespace. */
export interface PlannedPort extends PlannedSubject {
  readonly protocol: ProxyProtocolName;
  /** Name of the Server, where the one that follows from the port would be another port's. */
  readonly name?: string;
  /** `deployment/web` and the like, whose port it is. */
  readonly workloads: readonly string[];
}

/** A client from outside that is let into a port. */
export interface PlannedException extends PlannedSubject {
  /** Stated where no port says it. */
  readonly protocol?: ProxyProtocolName;
  readonly client: PlannedClient;
}

/** Something that people must decide; it stands in the code as a comment, with the line to use if there is one. */
export interface OpenQuestion extends ReviewMark {
  readonly suggestion?: Suggestion;
}

export interface Suggestion {
  readonly list: 'ports' | 'exceptions';
  readonly port: number | string;
  readonly selector?: LabelSelector;
  readonly protocol?: ProxyProtocolName;
  /** A call such as `Client.serviceAccount('monitoring', 'prometheus')`. */
  readonly client?: string;
}

/** The Namespace object of the input, whose words an applied one must repeat. */
export interface PlannedNamespace {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** One jail. */
export interface NamespacePlan {
  readonly namespace: string;
  readonly workloads: readonly string[];
  /** `audit` at first; `deny` where the namespace denies already. */
  readonly mode: 'audit' | 'deny';
  readonly modeBecause: string;
  /** Whether the jail puts `linkerd.io/inject: enabled` on the Namespace. */
  readonly inject: boolean;
  readonly injectBecause?: string;
  /** Absent where the Namespace says nothing that could get lost. */
  readonly object?: PlannedNamespace;
  readonly ports: readonly PlannedPort[];
  readonly exceptions: readonly PlannedException[];
  /** Ports that stay closed, and why; nothing to decide. */
  readonly closed: readonly string[];
  readonly questions: readonly OpenQuestion[];
}

export interface SkippedNamespace {
  readonly namespace: string;
  readonly because: string;
}

/** Everything that `init` decided, before a line of code is written. */
export interface InitPlan {
  readonly namespaces: readonly NamespacePlan[];
  readonly skipped: readonly SkippedNamespace[];
  readonly settings: InitSettings;
}

/** Networks of clients without an identity. */
export interface InitSettings {
  /** Addresses of the nodes, where kubelets are. Empty: unknown. */
  readonly nodeNetworks: readonly string[];
  /** What told them. */
  readonly nodesBecause: string;
  /** Addresses that the API server calls from. Empty: unknown. */
  readonly apiServerNetworks: readonly string[];
}

/** What people know and the manifests do not say. */
export interface InitOptions {
  /** Inject the proxy into namespaces whose workloads have none. @default false */
  readonly inject?: boolean;
  /** CIDRs of the nodes. @default - the addresses of the Nodes in the input */
  readonly nodeNetworks?: readonly string[];
  /** CIDRs that the API server calls webhooks from. */
  readonly apiServerNetworks?: readonly string[];
  /** ServiceAccounts (`namespace/name`) of those that read metrics, beside those in the input. */
  readonly prometheus?: readonly string[];
  /** ServiceAccounts (`namespace/name`) of ingress controllers, beside those in the input. */
  readonly ingress?: readonly string[];
}

/** The marks of a plan, in the order in which the code has them. */
export function reviewMarks(plan: NamespacePlan): ReviewMark[] {
  const { ports, exceptions, questions } = plan;
  return [...[...ports, ...exceptions].flatMap(({ marks }) => marks), ...questions];
}

/** Which of the networks that people may have to fill in are used. */
export function usedNetworks(plan: InitPlan): ReadonlySet<'nodes' | 'apiServer'> {
  const kinds = plan.namespaces.flatMap(({ exceptions }) => exceptions.map(({ client }) => client.kind));
  return new Set(kinds.filter((kind) => kind === 'nodes' || kind === 'apiServer'));
}
