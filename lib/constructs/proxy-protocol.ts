/** The protocol a port speaks, so that the proxy need not guess: the values of a Server's `proxyProtocol`. */
export enum ProxyProtocol {
  /** The proxy looks at the first bytes, for up to ten seconds; protocols where the server speaks first stall. */
  UNKNOWN = 'unknown',
  /** HTTP/1.1; meshed proxies may still carry it over HTTP/2 between themselves. */
  HTTP_1 = 'HTTP/1',
  /** HTTP/2 without detection: an HTTP/1.1 client, such as the kubelet's httpGet probe, fails. */
  HTTP_2 = 'HTTP/2',
  /** gRPC: HTTP/2 without detection; an httpGet probe on such a port fails. */
  GRPC = 'gRPC',
  /** Any TCP: nothing is parsed; only the connection is authorized. */
  OPAQUE = 'opaque',
  /** TLS that the application terminates itself, such as a webhook's. */
  TLS = 'TLS',
}
