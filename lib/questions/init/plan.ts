import type { LabelSelector } from '../../kubernetes/selector';
import type { ProxyProtocolName } from '../../linkerd/protocol';

/**
 * A decision to review: a `GUESS` was made and may be wrong; a `DOUBT` was left open because the manifests do not
 * settle it.
 */
export interface ReviewMark {
  readonly kind: 'GUESS' | 'DOUBT';
  readonly text: string;
}

/** A client to let in; networks that the manifests do not say are filled in by hand, in one place. */
export type PlannedClient =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'serviceAccount'; readonly namespace: string; readonly name: string }
  /** The kubelets, which have no identity: the network of the nodes. */
  | { readonly kind: 'nodes' }
  /** The API server, which has no identity: the network of the control plane. */
  | { readonly kind: 'apiServer' };

/** A pod port, and why it is planned this way. */
interface PlannedSubject {
  readonly port: number | string;
  /** If absent, every pod in the namespace. */
  readonly selector?: LabelSelector;
  readonly because: readonly string[];
  readonly marks: readonly ReviewMark[];
}

/** A port opened to its own namespace. */
export interface PlannedPort extends PlannedSubject {
  readonly protocol: ProxyProtocolName;
  /** Name of the Server, if the one derived from the port would clash with another port's. */
  readonly name?: string;
  /** The workloads that have the port, such as `deployment/web`. */
  readonly workloads: readonly string[];
}

/** An outside client that is let into a port. */
export interface PlannedException extends PlannedSubject {
  /** Set if no port entry states it. */
  readonly protocol?: ProxyProtocolName;
  readonly client: PlannedClient;
}

/** Something the user must decide; it is a comment in the code, with the lines to use if there are any. */
export interface OpenQuestion extends ReviewMark {
  /** All for the same list. @default none */
  readonly suggestions?: readonly Suggestion[];
}

export interface Suggestion {
  readonly list: 'ports' | 'exceptions';
  readonly port: number | string;
  readonly selector?: LabelSelector;
  readonly protocol?: ProxyProtocolName;
  /** A call such as `Client.serviceAccount('monitoring', 'prometheus')`. */
  readonly client?: string;
}

/** The Namespace object in the input, whose labels and annotations an applied one must repeat. */
export interface PlannedNamespace {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** One jail. */
export interface NamespacePlan {
  readonly namespace: string;
  readonly workloads: readonly string[];
  /** `audit` at first; `deny` if the namespace already denies. */
  readonly mode: 'audit' | 'deny';
  readonly modeBecause: string;
  /** Whether the jail puts `linkerd.io/inject: enabled` on the Namespace. */
  readonly inject: boolean;
  readonly injectBecause?: string;
  /** Absent if the Namespace has nothing that could get lost. */
  readonly object?: PlannedNamespace;
  readonly ports: readonly PlannedPort[];
  readonly exceptions: readonly PlannedException[];
  /** Ports that stay closed, and why; there is nothing to decide. */
  readonly closed: readonly string[];
  readonly questions: readonly OpenQuestion[];
}

export interface SkippedNamespace {
  readonly namespace: string;
  readonly because: string;
}

/** Everything that `init` decided, before any code is written. */
export interface InitPlan {
  readonly namespaces: readonly NamespacePlan[];
  readonly skipped: readonly SkippedNamespace[];
  readonly settings: InitSettings;
  /** Whether each jail has a file of its own. */
  readonly isSplit: boolean;
}

/** Networks of clients without an identity. */
export interface InitSettings {
  /** Addresses of the nodes, where the kubelets run. Empty if unknown. */
  readonly nodeNetworks: readonly string[];
  /** Where they come from. */
  readonly nodesBecause: string;
  /** Addresses that the API server calls from. Empty if unknown. */
  readonly apiServerNetworks: readonly string[];
}

/** What the user knows and the manifests do not say. */
export interface InitOptions {
  /** Namespaces to write jails for. @default - all */
  readonly namespaces?: readonly string[];
  /** Inject the proxy into namespaces whose workloads have none. @default false */
  readonly inject?: boolean;
  /** CIDRs of the nodes. @default - the addresses of the Nodes in the input */
  readonly nodeNetworks?: readonly string[];
  /** Who says so. @default "--node-networks" */
  readonly nodesBecause?: string;
  /** CIDRs that the API server calls webhooks from. */
  readonly apiServerNetworks?: readonly string[];
  /** ServiceAccounts (`namespace/name`) that read metrics, in addition to those in the input. */
  readonly prometheus?: readonly string[];
  /** ServiceAccounts (`namespace/name`) of ingress controllers, in addition to those in the input. */
  readonly ingress?: readonly string[];
  /** A file for each jail, even if there is only one. @default false */
  readonly isSplit?: boolean;
}

/** The marks of a plan, in the order they have in the code. */
export function reviewMarks(plan: NamespacePlan): ReviewMark[] {
  const { ports, exceptions, questions } = plan;
  return [...[...ports, ...exceptions].flatMap(({ marks }) => marks), ...questions];
}

/** Which of the networks the user may have to fill in are used. */
export function usedNetworks(plan: InitPlan): ReadonlySet<'nodes' | 'apiServer'> {
  const kinds = plan.namespaces.flatMap(({ exceptions }) => exceptions.map(({ client }) => client.kind));
  return new Set(kinds.filter((kind) => kind === 'nodes' || kind === 'apiServer'));
}
