import type { Reading } from '../../signals/signal';
import type { Closing } from '../denied/closing';
import type { DeniedCase } from '../denied/denied';

/** A caller that the manifests declare and that no signal is of. */
export interface UnseenCaller {
  readonly namespace: string;
  /** `shop/deployment/web -> shop/deployment/api:8080`, or the client of an exception. */
  readonly caller: string;
  /** What declares it: where the call is configured, or the object of the exception. */
  readonly declared: string;
}

/** What logs and metrics of the audit phase say about closing the jails. */
export interface Observed {
  /** Who would be lost by closing, in the namespaces of the plan. */
  readonly lost: readonly DeniedCase[];
  readonly closing: readonly Closing[];
  readonly unseen: readonly UnseenCaller[];
  /** Whether the signals would show who was let in by an authorization: metrics do, logs do not. */
  readonly showsAllowed: boolean;
  readonly reading: Reading;
}
