import type { SourceObject } from '../../kubernetes/object';
import type { ClientGroup } from '../../sets/client-groups';
import type { ClientSet } from '../../sets/client-set';
import type { BuiltInOpeningKind } from '../../verdict/built-in-openings';
import type { Verdict } from '../../verdict/decision';
import type { Witness } from '../../verdict/witness';
import type { Jail } from '../jail';
import type { WorkloadPort } from '../workload-ports';
import type { AcceptedOpening } from './baseline';
import type { OpeningCause } from './opening-cause';

/** Clients that get in although the jail did not mean to let them in. */
export interface WayIn {
  readonly namespace: string;
  readonly clients: ClientSet;
  /** `audit`: only because an audit policy lets everyone in. `depends`: only if all conditions hold. */
  readonly verdict: 'allow' | 'audit' | 'depends';
  /** What the input does not say. */
  readonly conditions: readonly string[];
  readonly ports: readonly WorkloadPort[];
  readonly blame: OpeningCause;
  /** One for each kind of client, the widest first. */
  readonly witnesses: readonly RowWitness[];
  /** Whether a request matching the route was found; if not, the way in is assumed. */
  readonly verified: boolean;
  /** The ways in, object by object, that audit mode makes one. */
  readonly parts?: readonly WayIn[];
}

export interface RowWitness {
  readonly row: ClientGroup;
  readonly witness: Witness;
  /**
   * What `can` answers for it: `depends` where an audit policy lets the client in and something that the input does not
   * say may allow it. Absent where there is nothing to try.
   */
  readonly verdict?: Verdict;
}

/** An exception that lets outsiders in on purpose. */
export interface DeclaredException {
  readonly source: SourceObject;
  /** The annotation's value; absent for the proxy's admin port, which Linkerd's guide opens. */
  readonly value?: string;
  /** The declared outsiders it lets in. */
  readonly clients: ClientSet;
  readonly ports: readonly WorkloadPort[];
}

/** A way in that an entry of the baseline accepts. */
export interface AcceptedWayIn {
  readonly entry: AcceptedOpening;
  readonly clients: ClientSet;
  readonly ports: readonly WorkloadPort[];
}

/** A port that Linkerd opens by itself. */
export interface BuiltInOpening {
  readonly kind: BuiltInOpeningKind;
  readonly ports: readonly WorkloadPort[];
  /** Probe paths. */
  readonly paths: readonly string[];
}

/** A jail's whole surface as outsiders see it. */
export interface JailSurface {
  readonly jail: Jail;
  /** Whether the input has none of its workloads, so that it was judged for any pod its policy would govern. */
  readonly byPolicyAlone: boolean;
  readonly ways: readonly WayIn[];
  readonly exceptions: readonly DeclaredException[];
  readonly accepted: readonly AcceptedWayIn[];
  readonly own: readonly BuiltInOpening[];
}
