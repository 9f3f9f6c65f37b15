import type { ClusterOptions } from '../../cluster/cluster-options';
import type { Origin, KubeObject, SourceObject } from '../../kubernetes/object';
import type { ClientReference } from '../../verdict/client';
import type { Span } from '../can/whole-port';
import type { Target } from '../../verdict/decide';
import type { Verdict } from '../../verdict/decision';
import type { Traffic } from '../../verdict/request';

/** A manifest file or folder that a case names, and where it names it. */
export interface ManifestPath {
  readonly path: string;
  readonly origin: Origin;
}

/** A list of cases that say what must and must not get in. `M` is the type of a case's manifests: paths before loading. */
export interface Suite<M = SourceObject> {
  /** The file as the user named it. */
  readonly file: string;
  readonly cases: readonly SuiteCase<M>[];
}

export type SuiteCase<M = SourceObject> = ReachabilityCase<M> | AdmissionCase;

/** Who gets in where, in the cluster these manifests describe. */
export interface ReachabilityCase<M = SourceObject> {
  readonly kind: 'reachability';
  readonly id: string;
  readonly origin: Origin;
  readonly options: ClusterOptions;
  readonly manifests: readonly M[];
  readonly queries: readonly Query[];
}

export interface Query {
  readonly id: string;
  readonly origin: Origin;
  readonly target: Target;
  readonly client: ClientReference;
  readonly traffic: Traffic | WholeTraffic;
  readonly expected: Expectation;
}

/** Everything that the port is there for, or `any` that a client can send to it. */
export interface WholeTraffic {
  readonly kind: Span;
}

export interface Expectation {
  readonly verdict: Verdict;
  /** With `not-found`, if it matters which of the two is missing. */
  readonly notFound?: 'route' | 'workload';
  /**
   * The authorization reported first must be one of these; if empty, there must be none. About several classes of traffic:
   * the first for each class, or with `any` for one.
   */
  readonly by?: readonly string[];
  /** What governs the port, `server/NAME` or `default/POLICY`. */
  readonly server?: string;
}

/** Whether CRD schema and admission webhook together let an object in. */
export interface AdmissionCase {
  readonly kind: 'admission';
  readonly id: string;
  readonly origin: Origin;
  readonly operation: 'create' | 'update';
  readonly preexisting: readonly KubeObject[];
  readonly object: KubeObject;
  readonly verdict: 'accept' | 'reject';
}
