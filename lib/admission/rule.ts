import { asList } from '../kubernetes/fields';
import { GATEWAY_GROUP, POLICY_GROUP } from '../kubernetes/kinds';
import type { KubeObject } from '../kubernetes/object';
import { show, type Violation } from './violation';

/** One rule of Linkerd's webhook (linkerd-policy section 2). It sees one object at a time, in its stored form. */
export interface AdmissionRule {
  readonly id: string;
  /** `group/Kind` of the objects it judges. */
  readonly kinds: readonly string[];
  readonly check: (object: KubeObject) => readonly Complaint[];
}

/** A rule's complaint; the rule's id is added when it is reported. */
export type Complaint = Omit<Violation, 'rule'>;

export const HTTP_ROUTES = [`${POLICY_GROUP}/HTTPRoute`, `${GATEWAY_GROUP}/HTTPRoute`];
export const GRPC_ROUTES = [`${GATEWAY_GROUP}/GRPCRoute`];
export const STREAM_ROUTES = [`${GATEWAY_GROUP}/TLSRoute`, `${GATEWAY_GROUP}/TCPRoute`];

/** `is VALUE; it must MUST`. */
export function complain(
  field: string,
  value: unknown,
  must: string,
  remedy = 'correct the value',
): Complaint {
  return { field, message: `is ${show(value)}; it must ${must}`, remedy };
}

/** The items of a list, with their paths. */
export function items(value: unknown, path: string): { readonly value: unknown; readonly path: string }[] {
  return asList(value).map((item, i) => ({ value: item, path: `${path}[${i}]` }));
}
