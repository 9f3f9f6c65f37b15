import type { Problems } from './problems';

/** Paths of a port: one, or one and everything below it. */
export interface PathPattern {
  readonly type: 'Exact' | 'PathPrefix';
  /** Without the trailing slashes of a prefix, which Linkerd does not look at. */
  readonly value: string;
}

/** Every path. */
export const EVERY_PATH: PathPattern = { type: 'PathPrefix', value: '/' };

/** The methods that a route can ask for. */
export const HTTP_METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
] as const;

/** `/metrics` is that path; `/api/*` is `/api` and everything below it. */
export function parsePathPattern(text: string): PathPattern {
  if (!text.endsWith('/*')) return { type: 'Exact', value: text };
  return { type: 'PathPrefix', value: text.slice(0, -1).replace(/\/+$/, '') || '/' };
}

/** As `pathPattern` reads it. */
export function patternText({ type, value }: PathPattern): string {
  if (type === 'Exact') return value;
  return value === '/' ? '/*' : `${value}/*`;
}

/** Whether every path of `inner` is one of `outer`. Two patterns are nested, or have no path in common. */
export function coversPath(outer: PathPattern, inner: PathPattern): boolean {
  if (outer.type === 'Exact') return inner.type === 'Exact' && outer.value === inner.value;
  if (outer.value === '/') return true;
  return inner.value === outer.value || inner.value.startsWith(`${outer.value}/`);
}

/** What both kinds of route take in a path (linkerd-policy 1.8, 1.9). */
const PATH = /^\/(?:[-A-Za-z0-9._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/;
const UNCLEAR = /\/\/|\/\.{1,2}(?:\/|$)|%2f/i;
const LONGEST = 1024;

/** A path as `paths` of an exception have it. */
export function checkPath(problems: Problems, field: string, value: unknown): void {
  const rule = 'must be a path such as "/metrics", or "/api/*" for everything below it';
  if (typeof value !== 'string' || value.length > LONGEST || !PATH.test(value) || UNCLEAR.test(value)) {
    problems.add(field, value, rule, 'write it as clients send it, with its leading slash, without a query');
  } else if (value.replace(/\/\*$/, '').includes('*')) {
    problems.add(field, value, `${rule}; "*" is only for its end`, 'list the paths one by one');
  } else if (value === '/*') {
    problems.add(field, value, 'is every path of the port', 'leave `paths` out');
  }
}

/** A method of a gRPC service, as `paths` of an exception for a gRPC port have it. */
const RPC = /^[A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_][A-Za-z_0-9]*)*\/(?:[A-Za-z_][A-Za-z_0-9]*|\*)$/;

export function checkRpc(problems: Problems, field: string, value: unknown): void {
  if (typeof value === 'string' && value.length <= LONGEST && RPC.test(value)) return;
  const rule = 'must be a gRPC service and method such as "shop.v1.Carts/Get", or "shop.v1.Carts/*"';
  problems.add(field, value, rule, 'write the names as the .proto file has them, without a leading slash');
}
