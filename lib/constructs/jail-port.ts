import type { Client } from './client';
import type { PodSelector } from './pod-selector';
import type { JailMode } from '../linkerd/default-policy';
import type { ProxyProtocol } from './proxy-protocol';

/** One port of the pods of a namespace, and who may use it: what one Linkerd `Server` stands for. */
export interface JailPort {
  /**
   * The container port: its number, or the name by which the pods' containers declare it. A name covers every pod
   * that declares it, whatever its number there; a name that no pod declares covers nothing, without an error.
   */
  readonly port: number | string;

  /**
   * What the port speaks.
   *
   * @default ProxyProtocol.UNKNOWN - the proxy detects HTTP; `HTTP/1` on `linkerd-admin`
   */
  readonly protocol?: ProxyProtocol;

  /**
   * The pods whose port this is. Two declarations for one port must choose the same pods, or none in common.
   *
   * @default - every pod of the namespace, also those added later
   */
  readonly podSelector?: PodSelector;

  /**
   * Who may use the port. The namespace itself is among them only if it is listed.
   *
   * @default - every meshed pod of the namespace
   */
  readonly clients?: Client[];

  /**
   * What happens to a client that nothing admits to this port. `audit` needs `policyApi: AuthorizationPolicy`.
   *
   * @default - the jail's mode; "deny" in a namespace without a jail
   */
  readonly mode?: JailMode;

  /**
   * Name of the Server, as it shows up in Linkerd's logs and metrics.
   *
   * @default - the port's name (`port-8080` for a number, `admin` for `linkerd-admin`), followed by the values of
   * the podSelector if there is one
   */
  readonly name?: string;
}
