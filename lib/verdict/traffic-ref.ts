import { routeName, type RouteRef } from '../cluster/policy-refs';

/** Traffic that a port's policy does not distinguish: non-HTTP connections, the requests of one route, or of none. */
export type TrafficRef = { readonly kind: 'connection' } | { readonly kind: 'unmatched' } | RouteRef;

/** `connection`, `unmatched`, or the route's name. */
export function trafficName(ref: TrafficRef): string {
  return ref.kind === 'connection' || ref.kind === 'unmatched' ? ref.kind : routeName(ref);
}

/** Each kind of traffic once. */
export function distinctTraffic(refs: readonly TrafficRef[]): TrafficRef[] {
  return [...new Map(refs.map((ref) => [trafficName(ref), ref])).values()];
}

/** Linkerd itself opens probe paths to everybody, so "all traffic" means everything else. */
export function isProbe(ref: TrafficRef): boolean {
  return ref.kind === 'probe';
}
