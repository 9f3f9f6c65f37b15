import type { Client } from './client';
import type { Members } from './members';
import type { PodSelector } from './pod-selector';
import type { ProxyProtocol } from './proxy-protocol';

/** Clients that may use a port in addition to those it is declared for. */
export interface JailException {
  /** The container port: its number, or the name containers give it. It need not be declared elsewhere. */
  readonly port: number | string;

  /** The additional clients; each of them may use the port. */
  readonly clients: Client[];

  /**
   * The protocol the port speaks, if no declaration of the port says so.
   *
   * @default - as declared for the port, or else ProxyProtocol.UNKNOWN; `HTTP/1` on `linkerd-admin`
   */
  readonly protocol?: ProxyProtocol;

  /**
   * The pods whose port this is: the same selector as in the port's declaration.
   *
   * @default - every pod of the namespace
   */
  readonly podSelector?: PodSelector;

  /**
   * Name of the authorization, as shown in Linkerd's logs and metrics; with several clients, each client's name is
   * appended to it.
   *
   * @default - the Server's name and the client's, such as `admin-everyone`
   */
  readonly name?: string;
}

/** @internal */
export const JAIL_EXCEPTION: Members<JailException> = {
  port: true,
  clients: true,
  protocol: true,
  podSelector: true,
  name: true,
};
