import { valueAt, asList, asText } from '../kubernetes/fields';
import type { KubeObject } from '../kubernetes/object';
import { show, type Violation } from './violation';

/** One rule of Linkerd's webhook (linkerd-policy section 2). It sees one object alone, in its stored form. */
export interface AdmissionRule {
  readonly id: string;
  /** `group/Kind` of the objects that it judges. */
  readonly kinds: readonly string[];
  readonly check: (object: KubeObject) => readonly Complaint[];
}

/** What a rule complains about; the rule's id is added when it is reported. */
export type Complaint = Omit<Violation, 'rule'>;

export const POLICY = 'policy.linkerd.io';
export const GATEWAY = 'gateway.networking.k8s.io';

export const HTTP_ROUTES = [`${POLICY}/HTTPRoute`, `${GATEWAY}/HTTPRoute`];
export const GRPC_ROUTES = [`${GATEWAY}/GRPCRoute`];
export const STREAM_ROUTES = [`${GATEWAY}/TLSRoute`, `${GATEWAY}/TCPRoute`];

/** `is VALUE; it must MUST`. */
export function complain(
  field: string,
  value: unknown,
  must: string,
  remedy = 'correct the value',
): Complaint {
  return { field, message: `is ${show(value)}; it must ${must}`, remedy };
}

/** The items of a list together with the paths that name them. */
export function items(value: unknown, path: string): { readonly value: unknown; readonly path: string }[] {
  return asList(value).map((item, i) => ({ value: item, path: `${path}[${i}]` }));
}

/** Group and kind compare without case; an absent or empty group is core. */
export function refersTo(reference: unknown, group: string, kind: string): boolean {
  const ownGroup = (asText(valueAt(reference, 'group')) ?? '').toLowerCase();
  const ownKind = (asText(valueAt(reference, 'kind')) ?? '').toLowerCase();
  return (ownGroup === '' ? 'core' : ownGroup) === group && ownKind === kind.toLowerCase();
}

/** `group/Kind` of a reference, as written. */
export function referent(reference: unknown): string {
  const group = asText(valueAt(reference, 'group')) ?? '';
  return `${group === '' ? 'core' : group}/${asText(valueAt(reference, 'kind')) ?? ''}`;
}
