import type { ClientTls } from '../linkerd/client';

/**
 * What a proxy did, or says it would do: `denied` (403, or a closed connection), `terminated` (a connection cut because the
 * policy changed), `audited` (let in by the policy `audit` alone), `not-found` (no route took the request), `rate-limited`,
 * `forbidden` (a 403 of an access log, by policy or by the application), `allowed` (let in by an authorization).
 */
export type SignalKind =
  'denied' | 'terminated' | 'audited' | 'not-found' | 'rate-limited' | 'forbidden' | 'allowed';

/** Where it was written. */
export type SignalSource = 'log' | 'metrics' | 'viz' | 'access-log';

/** A Server, route or authorization as the proxy names it; the kind in lower case. */
export interface ResourceName {
  readonly group: string;
  /** `server`, `httproute`, `default`, … */
  readonly kind: string;
  readonly name: string;
}

/** Whose proxy it was, as far as the signal or what carried it says. */
export interface SignalPlace {
  readonly namespace?: string;
  readonly pod?: string;
  /** A workload that a metric is labelled with; the kind in lower case. */
  readonly workload?: { readonly kind: string; readonly name: string };
  /** The pod's own address. */
  readonly ip?: string;
}

/** A client as the proxy saw it. */
export interface SignalClient {
  /** `unknown` where the signal does not say. */
  readonly tls: ClientTls | 'unknown';
  readonly identity?: string;
  readonly ip?: string;
  /** Why there is no TLS, in the proxy's word: `no_tls_from_remote`, `loopback`, `port_skipped`, `disabled`. */
  readonly noTls?: string;
  /** The name that a TLS client asked for, where the proxy passes TLS through. */
  readonly sni?: string;
}

/** Everything that a signal says, apart from how often and when. */
export interface Seen {
  readonly kind: SignalKind;
  readonly source: SignalSource;
  readonly place: SignalPlace;
  /** The container port. */
  readonly port?: number;
  readonly server?: ResourceName;
  readonly route?: ResourceName;
  readonly authorization?: ResourceName;
  readonly client: SignalClient;
  readonly layer?: 'http' | 'tcp';
}

/** A request, as far as it is known. */
export interface SeenRequest {
  readonly path: string;
  readonly method?: string;
  readonly host?: string;
}

/** Signals that say the same, counted. */
export interface SignalGroup {
  readonly seen: Seen;
  readonly count: number;
  /** Times a second, where that is all that is known. */
  readonly rate?: number;
  /** ISO 8601, in UTC; absent where the signals have no wall time. */
  readonly first?: string;
  readonly last?: string;
  /** The first few distinct requests, with how often each was seen. */
  readonly requests: readonly { readonly request: SeenRequest; readonly count: number }[];
  /** Signals whose request is not among them. */
  readonly furtherRequests: number;
  /** Whether the metric had no name, as in the result of a query, and was taken for one of denials. */
  readonly isUnnamed?: boolean;
}

/** A line that is in none of the known formats. */
export interface UnknownLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** What was read, and what of it was not understood. */
export interface Reading {
  readonly lines: number;
  /** Lines by format, only those that occurred. */
  readonly formats: Readonly<Record<string, number>>;
  /** Lines that are understood and say nothing about who was let in. */
  readonly beside: number;
  readonly notUnderstood: number;
  /** The first few of them; those that speak of denials first. */
  readonly samples: readonly UnknownLine[];
  /** How many of them speak of a denial. */
  readonly suspicious: number;
  /** Signals beyond the number of groups that are kept: they are counted, and not told apart. */
  readonly untold: number;
  readonly groups: readonly SignalGroup[];
}
