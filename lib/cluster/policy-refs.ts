import { shortName, type SourceObject } from '../kubernetes/object';
import type { DefaultPolicy } from '../linkerd/default-policy';
import type { Server } from './server';

/** What an authorization is: a policy object, or something Linkerd grants by itself. */
export type AuthorizationRef =
  | { readonly kind: 'object'; readonly source: SourceObject }
  /** What a default or access policy grants (linkerd-policy 4.2). */
  | { readonly kind: 'default'; readonly policy: DefaultPolicy }
  /** What the generated route of probes grants (5.1). */
  | { readonly kind: 'probe' }
  /** What the proxy grants to its own pod (3.11). */
  | { readonly kind: 'localhost' };

/** What a route is: an object, or one of the two that Linkerd generates for a Server without routes (3.9). */
export type RouteRef =
  | { readonly kind: 'object'; readonly source: SourceObject }
  | { readonly kind: 'default' }
  | { readonly kind: 'probe' };

/** What governs a port: a Server object, or the pod's default policy. */
export type ServerRef =
  | { readonly kind: 'object'; readonly name: string; readonly object: Server }
  | {
      readonly kind: 'default';
      readonly name: string;
      readonly policy: DefaultPolicy;
      readonly object?: undefined;
    };

/** `authorizationpolicy/NAME`, `serverauthorization/NAME` or `default/NAME`, as in Linkerd's metrics. */
export function authorizationName(ref: AuthorizationRef): string {
  switch (ref.kind) {
    case 'object':
      return shortName(ref.source.object);
    case 'default':
      return `default/${ref.policy}`;
    case 'probe':
    case 'localhost':
      return `default/${ref.kind}`;
  }
}

/** `httproute/NAME`, `grpcroute/NAME`, `default/default` or `default/probe`. */
export function routeName(ref: RouteRef): string {
  return ref.kind === 'object' ? shortName(ref.source.object) : `default/${ref.kind}`;
}

/** Its name is `server/NAME`. */
export function serverRef(object: Server): ServerRef {
  return { kind: 'object', name: `server/${object.name}`, object };
}

/** Its name is `default/POLICY`. */
export function defaultPolicyRef(policy: DefaultPolicy): ServerRef {
  return { kind: 'default', name: `default/${policy}`, policy };
}

/** The object behind a reference, as an optional field. */
export function sourceOf(ref: AuthorizationRef | RouteRef): { readonly source?: SourceObject } {
  return ref.kind === 'object' ? { source: ref.source } : {};
}

/** Whether this is what the policy `audit` grants: it lets in clients that nothing else admits. */
export function isAudit(ref: AuthorizationRef): boolean {
  return ref.kind === 'default' && ref.policy === 'audit';
}

/** `audit` decides only if nothing else admits, so it comes after everything. */
export function auditLast<T extends { readonly ref: AuthorizationRef }>(authorizations: readonly T[]): T[] {
  return [
    ...authorizations.filter(({ ref }) => !isAudit(ref)),
    ...authorizations.filter(({ ref }) => isAudit(ref)),
  ];
}
