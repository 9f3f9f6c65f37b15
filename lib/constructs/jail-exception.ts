import type { Client } from './client';
import type { PropMembers } from './members';
import type { PodSelector } from './pod-selector';
import type { ProxyProtocol } from './proxy-protocol';

/** Clients that may use a port in addition to those it is declared for. */
export interface JailException {
  /** The container port: its number, or the name containers give it. It need not be declared elsewhere. */
  readonly port: number | string;

  /** The additional clients; each of them may use the port. */
  readonly clients: Client[];

  /**
   * The only paths that the clients may ask for: `/metrics`, or `/api/*` for `/api` and everything below it. On a gRPC port,
   * services and methods: `shop.v1.Carts/Get`, `shop.v1.Carts/*`. Nothing else on the port changes: whoever may use all of
   * it still may, and probes still get through. Needs `policyApi: AuthorizationPolicy`.
   *
   * @default - every path
   */
  readonly paths?: string[];

  /**
   * The only methods that the clients may use: `GET`, `HEAD`, `POST`, `PUT`, `DELETE`, `CONNECT`, `OPTIONS`, `TRACE` or
   * `PATCH`. Not for gRPC, whose methods are in `paths`.
   *
   * @default - every method
   */
  readonly methods?: string[];

  /**
   * Paths of the kubelets' plain HTTP probes on this port. Linkerd lets those through by itself until a port has a route of
   * its own, which `paths` and `methods` give it; so they get one as well.
   *
   * @default - the probes of the app's workloads; if it has none with this port, this must be given, as an empty list if
   * nothing probes the port
   */
  readonly probePaths?: string[];

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
export const JAIL_EXCEPTION: PropMembers<JailException> = {
  port: true,
  clients: true,
  paths: true,
  methods: true,
  probePaths: true,
  protocol: true,
  podSelector: true,
  name: true,
};
