import type { Origin } from '../kubernetes/object';
import type { LinkerdConfig } from '../linkerd/config';
import type { Ages } from './object-order';

export interface ClusterOptions extends Partial<LinkerdConfig> {
  /** Namespace of objects that do not name one. @default "default" */
  readonly namespace?: string;
  /** Keep objects even if admission would refuse them: the webhook may have been down. @default false */
  readonly assumeAdmitted?: boolean;
  /**
   * What competing objects without a creationTimestamp are to each other. `unknown`: younger than those that have one, and
   * among themselves of unknown age. `index`: as Linkerd's index sorts, in which none is the oldest, then by name.
   * @default "unknown"
   */
  readonly ages?: Ages;
  /** CIDRs of the pods. @default - those of the Nodes in the input */
  readonly podNetworks?: readonly string[];
  /** CIDRs of the nodes' own addresses. @default - those of the Nodes in the input */
  readonly nodeNetworks?: readonly string[];
  /**
   * Where the input is whole, so that what it refers to and does not have is absent: `true` for all of it, or some kinds of
   * some namespaces. @default - it may be partial
   */
  readonly complete?: true | readonly CompletePart[];
  /**
   * Kinds that decide and could not be read: what they would say is not known.
   * @default - those that a dump of a cluster shows to be missing from it
   */
  readonly unread?: readonly UnreadKind[];
  /** Namespaces whose workloads are known to be elsewhere, so that their policy alone is judged. @default - none */
  readonly workloadsElsewhere?: readonly string[];
}

/** A kind that the input should have and has not: its objects could change an answer. */
export interface UnreadKind {
  /** As kubectl names it, such as `servers.policy.linkerd.io`. */
  readonly resource: string;
  /** Namespaces of which it was read all the same. @default - none */
  readonly except?: readonly string[];
  /** Why, as a sentence. */
  readonly because: string;
  readonly remedy: string;
  /** Where it should have been. */
  readonly origin: Origin;
}

/** A kind that policy refers to by name. */
export type ReferencedKind =
  'Server' | 'HTTPRoute' | 'GRPCRoute' | 'MeshTLSAuthentication' | 'NetworkAuthentication';

export const REFERENCED_KINDS: readonly ReferencedKind[] = [
  'Server',
  'HTTPRoute',
  'GRPCRoute',
  'MeshTLSAuthentication',
  'NetworkAuthentication',
];

/** Kinds of which the input has every object of these namespaces. */
export interface CompletePart {
  readonly kinds: readonly ReferencedKind[];
  /** @default - all namespaces */
  readonly namespaces?: readonly string[];
}

/** Whether the input has all objects of a kind in a namespace. */
export function completeness(
  complete: true | readonly CompletePart[],
): (kind: string, namespace: string) => boolean {
  if (complete === true) return () => true;
  return (kind, namespace) =>
    complete.some(
      ({ kinds, namespaces }) =>
        kinds.some((one) => one.toLowerCase() === kind.toLowerCase()) &&
        (namespaces === undefined || namespaces.includes(namespace)),
    );
}
