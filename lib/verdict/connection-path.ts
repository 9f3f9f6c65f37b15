import type { ProtocolMode } from '../linkerd/protocol';
import type { Traffic } from './request';
import type { ClientTls } from '../linkerd/client';

/** How the proxy judges a connection (linkerd-policy 8.1). */
export type ConnectionPath =
  /** By route, then by the authorizations of the route and the Server. */
  | { readonly path: 'http'; readonly tls: ClientTls }
  /** By the authorizations of the Server alone. */
  | { readonly path: 'tcp'; readonly tls: ClientTls }
  /** Answered with 404 before any authorization. */
  | { readonly path: 'not-found'; readonly because: string }
  /** Closed, because client and Server disagree about the protocol. */
  | { readonly path: 'mismatch'; readonly because: string };

/**
 * Classifies traffic. Mesh clients arrive through the proxy's inbound port, which keeps their identity in every mode;
 * clients without an identity, and all clients of a `direct` port (the proxy's own admin port), arrive on the port itself.
 */
export function classifyConnection(
  mode: ProtocolMode,
  tls: ClientTls,
  traffic: Traffic,
  direct: boolean,
): ConnectionPath {
  const isMesh = tls === 'mesh' && !direct;
  // On an opaque port TLS is not looked at, so the client's identity is not known either.
  const seen: ClientTls = mode === 'opaque' && !isMesh ? 'none' : tls;
  if (traffic.kind === 'connection') {
    if (mode === 'detect' || mode === 'opaque' || mode === 'tls') return { path: 'tcp', tls: seen };
    return { path: 'mismatch', because: `the port speaks ${NAMES[mode]}, but this is not HTTP` };
  }
  const { version } = traffic.request;
  switch (mode) {
    case 'detect':
      return { path: 'http', tls };
    case 'http1':
      if (version === 'HTTP/2' && tls === 'none') {
        return {
          path: 'mismatch',
          because: 'the proxy assumes HTTP/1 on the port without detection, but this is HTTP/2',
        };
      }
      return { path: 'http', tls };
    case 'http2':
    case 'grpc':
      if (version === 'HTTP/1' && !isMesh) {
        return {
          path: 'mismatch',
          because: 'the proxy assumes HTTP/2 on the port without detection, but this is HTTP/1',
        };
      }
      return { path: 'http', tls };
    case 'opaque':
      if (direct)
        return { path: 'not-found', because: 'the port is opaque, so the proxy has no routes for it' };
      return { path: 'tcp', tls: seen };
    case 'tls':
      if (isMesh || direct)
        return { path: 'not-found', because: 'the port is TLS, so the proxy has no routes for it' };
      return { path: 'tcp', tls };
  }
}

const NAMES = { http1: 'HTTP/1', http2: 'HTTP/2', grpc: 'gRPC' } as const;
