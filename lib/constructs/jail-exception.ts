import type { Client } from './client';
import type { PodSelector } from './pod-selector';
import type { ProxyProtocol } from './proxy-protocol';

/** Clients that may use a port besides those that the port is declared for. */
export interface JailException {
  /** The container port: its number, or the name by which containers declare it. It need not be declared elsewhere. */
  readonly port: number | string;

  /** Who may use the port all the same; any one of them. */
  readonly clients: Client[];

  /**
   * What the port speaks, where no declaration of the port says it.
   *
   * @default - as declared for the port; else ProxyProtocol.UNKNOWN, and `HTTP/1` on `linkerd-admin`
   */
  readonly protocol?: ProxyProtocol;

  /**
   * The pods whose port this is: the same selector as in the declaration of the port.
   *
   * @default - every pod of the namespace
   */
  readonly podSelector?: PodSelector;

  /**
   * Name of the authorization, as it shows up in Linkerd's logs and metrics; with several clients each client's name
   * is appended to it.
   *
   * @default - the Server's name and the client's, such as `admin-everyone`
   */
  readonly name?: string;
}
