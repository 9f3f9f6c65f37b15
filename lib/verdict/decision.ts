import { isAudit, type AuthorizationRef } from '../cluster/policy-refs';
import type { Condition } from '../cluster/unknown';
import type { SourceObject } from '../kubernetes/object';

/**
 * `not-found`: HTTP 404 because no route matches, or the workload is not in the manifests. `depends`: the verdict differs
 * with something that the input does not say.
 */
export type Verdict = 'allow' | 'audit' | 'depends' | 'deny' | 'not-found';

export const VERDICTS: readonly Verdict[] = ['allow', 'audit', 'depends', 'deny', 'not-found'];

/** A verdict that is known if some conditions hold; without conditions, if none of the others' does. */
export interface Outcome {
  /** All of them must hold. */
  readonly when: readonly Condition[];
  readonly decision: Decision;
}

/** What decided (linkerd-policy 3.15 and 9.3). */
export type Reason =
  | 'authorized'
  | 'no-authorization'
  | 'no-route'
  | 'no-workload'
  | 'unmeshed-target'
  | 'port-skipped'
  | 'subnet-skipped'
  | 'loopback'
  | 'tap'
  | 'proxy-port'
  | 'protocol-mismatch'
  | 'broken-policy'
  | 'unknown';

/** An authorization that lets the client in. */
export interface DecidingAuthorization {
  readonly ref: AuthorizationRef;
  /** `authorizationpolicy/NAME`, `serverauthorization/NAME` or `default/NAME`. */
  readonly name: string;
  /** Whether it was granted to one route or to the whole Server. */
  readonly level: 'route' | 'server';
  /** The object, with its file and line; absent for what Linkerd grants by itself. */
  readonly source?: SourceObject;
  /** The authentications it refers to. */
  readonly via: readonly SourceObject[];
}

/** An authorization that does not admit the client, and what the client lacks. */
export interface NearMiss {
  readonly ref: AuthorizationRef;
  readonly name: string;
  readonly source?: SourceObject;
  readonly because: string;
}

/** One verdict, with the objects that decided it. */
export interface Decision {
  readonly verdict: Verdict;
  /** With `depends`: what happens, and if what. The first holds if no condition of the others does. */
  readonly outcomes?: readonly Outcome[];
  /** With `not-found`: what was not found. */
  readonly notFound?: 'route' | 'workload';
  readonly reason: Reason;
  /** The reason as a sentence. */
  readonly because: string;
  /** What governs the port: `server/NAME` or `default/POLICY`; absent if no policy applies. */
  readonly server?: string;
  readonly serverSource?: SourceObject;
  /** The route that the proxy picks: `httproute/NAME`, `grpcroute/NAME`, `default/default`, `default/probe`. */
  readonly route?: string;
  readonly routeSource?: SourceObject;
  /** Every authorization that admits the client, starting with the one Linkerd reports. */
  readonly authorizations: readonly DecidingAuthorization[];
  readonly nearMisses: readonly NearMiss[];
  /** Objects written for this port that have no effect. */
  readonly ignored: readonly NearMiss[];
  /** Assumptions and facts that a reader should know. */
  readonly notes: readonly string[];
}

/** The verdict of the first authorization that admits a client; they are in the order of `auditLast`. */
export function verdictBy(first: Pick<DecidingAuthorization, 'ref'> | undefined): Verdict {
  if (first === undefined) return 'deny';
  return isAudit(first.ref) ? 'audit' : 'allow';
}

/** Whether the client surely gets in. */
export function letsIn({ verdict, outcomes }: Decision): boolean {
  if (outcomes !== undefined) return outcomes.every(({ decision }) => letsIn(decision));
  return verdict === 'allow' || verdict === 'audit';
}

/** Whether the client may get in. */
export function mayLetIn({ verdict, outcomes }: Decision): boolean {
  if (outcomes !== undefined) return outcomes.some(({ decision }) => mayLetIn(decision));
  return verdict === 'allow' || verdict === 'audit';
}
