/** The parts of an HTTP request that policy looks at. A gRPC call is a POST to `/service/method`. */
export interface HttpRequest {
  /** @default "GET" */
  readonly method?: string;
  /** With its query string, if any. */
  readonly path: string;
  /** Names in any case; a list when a header is repeated. `host` is the requested host. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** The HTTP version that the client speaks. @default the one the port expects */
  readonly version?: 'HTTP/1' | 'HTTP/2';
}

/** What a client sends: a request, or bytes that are not HTTP to the proxy. */
export type Traffic =
  { readonly kind: 'connection' } | { readonly kind: 'request'; readonly request: HttpRequest };

export const RAW_CONNECTION: Traffic = { kind: 'connection' };

/** A request taken apart as the proxy matches it (linkerd-policy 6.2). */
export interface ParsedRequest {
  readonly method: string;
  readonly path: string;
  /** Without port or trailing dot, in lower case; `undefined` if the request names none. */
  readonly host: string | undefined;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

export function parseRequest(request: HttpRequest): ParsedRequest {
  const fragmentless = request.path.split('#', 1)[0] ?? '';
  const mark = fragmentless.indexOf('?');
  const path = mark < 0 ? fragmentless : fragmentless.slice(0, mark);
  const headers = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    const values = typeof value === 'string' ? [value] : value;
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), ...values]);
  }
  return {
    method: request.method ?? 'GET',
    path,
    host: hostOf(headers.get(':authority')?.[0] ?? headers.get('host')?.[0]),
    query: mark < 0 ? [] : [...new URLSearchParams(fragmentless.slice(mark + 1))],
    headers,
  };
}

/** The characters of a URI's authority. */
const AUTHORITY = /^[A-Za-z0-9!$&'()*+,\-.:;=@[\]_~%]+$/;

/**
 * The host of an authority as the proxy's HTTP library reads it: what follows its colon is not looked at, and one that
 * does not parse is none (linkerd-policy 6.2).
 */
function hostOf(authority: string | undefined): string | undefined {
  if (authority === undefined || !AUTHORITY.test(authority)) return undefined;
  const place = authority.slice(authority.lastIndexOf('@') + 1);
  if (place === '' || place.includes('%')) return undefined;
  const [literal, host, rest] = /^(\[[^[\]]*\]|[^[\]:]*)(:.*)?$/.exec(place) ?? [];
  if (literal === undefined || host === undefined || (rest ?? '').lastIndexOf(':') > 0) return undefined;
  return host.toLowerCase();
}
