import type { Client } from './client';
import type { PropMembers } from './members';
import type { PodSelector } from './pod-selector';
import type { JailMode } from '../linkerd/default-policy';
import type { ProxyProtocol } from './proxy-protocol';

/** One port of a namespace's pods, and who may use it: one Linkerd `Server`. */
export interface JailPort {
  /**
   * The container port: its number, or the name the pods' containers give it. A name covers every pod that
   * declares it, whatever its number there; a name that no pod declares silently covers nothing.
   */
  readonly port: number | string;

  /**
   * The protocol the port speaks.
   *
   * @default ProxyProtocol.UNKNOWN - the proxy detects HTTP; `HTTP/1` on `linkerd-admin`
   */
  readonly protocol?: ProxyProtocol;

  /**
   * The pods whose port this is. Two declarations of one port must select the same pods, or disjoint ones.
   *
   * @default - every pod of the namespace, including those added later
   */
  readonly podSelector?: PodSelector;

  /**
   * Who may use the port. The namespace itself may only if it is listed.
   *
   * @default - every meshed pod of the namespace
   */
  readonly clients?: Client[];

  /**
   * What happens to a client that no authorization admits. `audit` needs `policyApi: AuthorizationPolicy`.
   *
   * @default - the jail's mode; "deny" in a namespace without a jail
   */
  readonly mode?: JailMode;

  /**
   * Name of the Server, as shown in Linkerd's logs and metrics.
   *
   * @default - the port's name (`port-8080` for a number, `admin` for `linkerd-admin`), followed by the values of
   * the podSelector if there is one
   */
  readonly name?: string;
}

/** @internal */
export const JAIL_PORT: PropMembers<JailPort> = {
  port: true,
  protocol: true,
  podSelector: true,
  clients: true,
  mode: true,
  name: true,
};
