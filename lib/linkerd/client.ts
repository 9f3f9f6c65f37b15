/**
 * What the target's proxy knows of the client's TLS: mutual TLS with an identity; TLS that it terminated, without one;
 * or nothing, because it was plaintext or passed through to the application.
 */
export type ClientTls = 'mesh' | 'unauthenticated-tls' | 'none';

export const CLIENT_TLS: readonly ClientTls[] = ['mesh', 'unauthenticated-tls', 'none'];

/** A client as the target's proxy sees it. */
export interface ProxyClient {
  /** Its address; if unknown, some address in the cluster's networks. */
  readonly ip?: string;
  readonly tls: ClientTls;
  /** With `tls: mesh`, and only then. */
  readonly identity?: string;
}
