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
 * without an identity they arrive on the port itself. The `admin` port is served by the proxy itself, which detects HTTP
 * whatever the mode and closes everything else (linkerd-policy 5.2).
 */
export function classifyConnection(
  mode: ProtocolMode,
  tls: ClientTls,
  traffic: Traffic,
  admin: boolean,
): ConnectionPath {
  if (admin) return adminPath(mode, tls, traffic);
  const isMesh = tls === 'mesh';
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
      return { path: 'tcp', tls: seen };
    case 'tls':
      if (isMesh) return { path: 'not-found', because: 'the port is TLS, so the proxy has no routes for it' };
      return { path: 'tcp', tls };
  }
}

function adminPath(mode: ProtocolMode, tls: ClientTls, traffic: Traffic): ConnectionPath {
  if (traffic.kind === 'connection')
    return { path: 'mismatch', because: "the proxy's admin port serves HTTP only, and this is not HTTP" };
  if (mode !== 'opaque' && mode !== 'tls') return { path: 'http', tls };
  const name = mode === 'tls' ? 'TLS' : mode;
  return { path: 'not-found', because: `the port is ${name}, so the proxy has no routes for it` };
}

const NAMES = { http1: 'HTTP/1', http2: 'HTTP/2', grpc: 'gRPC' } as const;
