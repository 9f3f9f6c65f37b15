/** The values of a Server's `proxyProtocol`, as Linkerd spells them. */
export const PROXY_PROTOCOLS = ['unknown', 'HTTP/1', 'HTTP/2', 'gRPC', 'opaque', 'TLS'] as const;

export type ProxyProtocolName = (typeof PROXY_PROTOCOLS)[number];

export function isProxyProtocol(value: unknown): value is ProxyProtocolName {
  return (PROXY_PROTOCOLS as readonly unknown[]).includes(value);
}

/** How the proxy treats the connections of a port (linkerd-policy 3.6). */
export type ProtocolMode = 'detect' | 'http1' | 'http2' | 'grpc' | 'opaque' | 'tls';

const MODES: Readonly<Record<ProxyProtocolName, ProtocolMode>> = {
  unknown: 'detect',
  'HTTP/1': 'http1',
  'HTTP/2': 'http2',
  gRPC: 'grpc',
  opaque: 'opaque',
  TLS: 'tls',
};

export function protocolMode(protocol: ProxyProtocolName): ProtocolMode {
  return MODES[protocol];
}
