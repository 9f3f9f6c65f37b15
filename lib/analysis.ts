/**
 * The reading side: what Linkerd would answer, without a cluster.
 *
 * @packageDocumentation
 */
import { Cluster as ClusterModel } from './cluster/cluster';
import type { ClusterOptions } from './cluster/cluster-options';
import { coverage, type Coverage } from './cluster/coverage';
import type { RefusedObject } from './cluster/stored-objects';
import type { Workload } from './cluster/workload';
import type { KubeObject } from './kubernetes/object';
import { fromObjects } from './manifests/parse';
import { readManifests } from './input/read';
import { useNodeRegexEngine } from './input/regex-engine';
import { access, trafficClasses } from './verdict/access';
import { type Access } from './verdict/access-sets';
import { type TrafficClass } from './verdict/answers';
import type { ClientReference } from './verdict/client';
import { decide, type Target } from './verdict/decide';
import type { Decision } from './verdict/decision';
import { UnknownReferenceError, parseClient } from './verdict/references';
import { parseTarget } from './verdict/target-reference';
import {
  accessWhole,
  decideWhole,
  trafficOf,
  type Asked,
  type WholeAccess,
  type WholeDecision,
} from './questions/can/whole-port';
import type { Problem } from './basics/problem';

useNodeRegexEngine();

/** A cluster built from manifests. Every answer is what Linkerd's control plane and proxies would do with them. */
export class Cluster {
  private constructor(
    private readonly model: ClusterModel,
    /** Notes from reading, such as an object that appears twice. */
    public readonly notes: readonly Problem[],
  ) {}

  /**
   * Reads manifests: files and folders by path, or objects already in memory.
   *
   * @throws InputError with every problem at once, if something cannot be read
   */
  public static load(
    input: readonly string[] | readonly KubeObject[],
    options: ClusterOptions = {},
  ): Cluster {
    if (input.every((item): item is string => typeof item === 'string')) {
      const { objects, notes } = readManifests(input);
      return new Cluster(ClusterModel.fromObjects(objects, options), notes);
    }
    const { objects, notes } = fromObjects(input);
    return new Cluster(ClusterModel.fromObjects(objects, options), notes);
  }

  /** Workloads as their pods will be after injection. */
  public get workloads(): readonly Workload[] {
    return this.model.workloads;
  }

  /** Objects that admission refuses, with the reasons; they count as absent. */
  public get refused(): readonly RefusedObject[] {
    return this.model.refused;
  }

  /**
   * The verdict for one client about everything that the port is there for, as the command `can` judges it: each class of
   * traffic, but for probes that Linkerd itself lets through and requests that no route takes. `partly` if some of it gets
   * in and some does not.
   *
   * @param target a workload port, as an object or as `namespace/kind/name:port`
   * @param client who asks, as an object or as text in the form that the command `can` takes
   * @throws UnknownReferenceError if a text names nothing in the manifests
   */
  public decide(target: Target | string, client: ClientReference | string): WholeDecision;
  /**
   * The verdict for one client and one request, or with {@link CONNECTION} about the connection itself: bytes that are not
   * HTTP, which a port that speaks HTTP closes whatever the policy says.
   *
   * @throws UnknownReferenceError if a text names nothing in the manifests
   */
  public decide(target: Target | string, client: ClientReference | string, asked: Asked): Decision;
  public decide(
    target: Target | string,
    client: ClientReference | string,
    asked: Asked | undefined,
  ): Decision | WholeDecision;
  public decide(
    target: Target | string,
    client: ClientReference | string,
    asked?: Asked,
  ): Decision | WholeDecision {
    const who = typeof client === 'string' ? parseClient(this.model, client) : client;
    const where = this.target(target);
    return asked === undefined
      ? decideWhole(this.model, where, who)
      : decide(this.model, where, who, trafficOf(asked));
  }

  /**
   * The verdict for all clients at once, about everything that the port is there for: those in `allow` get in, those in
   * `audit` get in only because an audit policy lets everybody in, those in `partly` with some of the traffic, and nobody
   * else does.
   *
   * @throws UnknownReferenceError if the target is not in the manifests
   */
  public access(target: Target | string): WholeAccess;
  /**
   * The same for one request, or with {@link CONNECTION} for the connection itself.
   *
   * @throws UnknownReferenceError if the target is not in the manifests
   */
  public access(target: Target | string, asked: Asked): Access;
  public access(target: Target | string, asked: Asked | undefined): Access | WholeAccess;
  public access(target: Target | string, asked?: Asked): Access | WholeAccess {
    const { workload, port } = this.workloadPort(target);
    return asked === undefined
      ? accessWhole(this.model, workload, port)
      : access(this.model, workload, port, trafficOf(asked));
  }

  /**
   * Access by traffic class: non-HTTP connections, and the requests of each route.
   *
   * @throws UnknownReferenceError if the target is not in the manifests
   */
  public trafficClasses(target: Target | string): readonly TrafficClass[] {
    const { workload, port } = this.workloadPort(target);
    return trafficClasses(this.model, workload, port);
  }

  /**
   * What answers about namespaces rest on: which objects were judged, and which were not and why.
   *
   * @param namespaces the namespaces asked about; if empty, all but Linkerd's own
   */
  public coverage(namespaces: readonly string[] = []): Coverage {
    return coverage(this.model, { namespaces });
  }

  private target(target: Target | string): Target {
    if (typeof target !== 'string') return target;
    const [first, ...others] = parseTarget(this.model, target);
    if (first !== undefined && others.length === 0) return first;
    throw new UnknownReferenceError(
      `${JSON.stringify(target)} means several workload ports; name one of them`,
    );
  }

  private workloadPort(target: Target | string): { workload: Workload; port: number } {
    const resolved = this.target(target);
    const workload = this.model.workload(resolved);
    if (workload !== undefined) return { workload, port: resolved.port };
    throw new UnknownReferenceError(
      `the manifests have no ${resolved.namespace}/${resolved.kind}/${resolved.name}`,
    );
  }
}

// Every name that these types lead to is exported too; test/house/doors.test.ts says which one is not.

// What is read, and what is wrong with it
export { type KubeObject, type ObjectMeta, type Origin, type SourceObject } from './kubernetes/object';
export { type Labels } from './kubernetes/selector';
export { InputError, UserError, type Problem, type ProblemText, type TextPlace } from './basics/problem';
export { admit, type AdmissionGate, type Violation } from './admission';
export { type RefusedObject } from './cluster/stored-objects';

// The cluster: workloads, and the policy that governs their ports
export {
  type ClusterOptions,
  type CompletePart,
  type UnreadKind,
  type ReferencedKind,
} from './cluster/cluster-options';
export { type Ages } from './cluster/object-order';
export { type Condition, type MissingReference, type Unknown } from './cluster/unknown';
export { type LinkerdConfig } from './linkerd/config';
export { type DefaultPolicy } from './linkerd/default-policy';
export { type PortSet } from './linkerd/ports';
export { type Workload, type WorkloadId } from './cluster/workload';
export { type Injection, type Meshed, type Unmeshed, type UnmeshedCause } from './cluster/injection';
export { type EffectivePod } from './cluster/pod';
export { type InboundSettings, type ProxyPorts } from './cluster/inbound-annotations';
export { type ExposedPorts } from './workloads/exposed-ports';
export { type DeclaredPort, type PortNames } from './workloads/ports';
export { type AuthorizationRef, type RouteRef } from './cluster/policy-refs';
export { type ClientAuthentication, type ClientAuthorization } from './cluster/client-authorization';
export {
  type GrpcMatch,
  type HttpMatch,
  type PathMatch,
  type Route,
  type RouteMatch,
  type RouteRule,
  type ValueMatch,
} from './cluster/route';

// Clients and requests, as questions name them
export { type ClientReference, type WorkloadClient } from './verdict/client';
export { type ClientTls, type ProxyClient } from './linkerd/client';
export { type HttpRequest, type Traffic } from './verdict/request';
export { CONNECTION, type Asked, type Connection, type Span } from './questions/can/whole-port';
export { type Target } from './verdict/decide';
export { UnknownReferenceError } from './verdict/references';

// Verdicts
export {
  type DecidingAuthorization,
  type Decision,
  type NearMiss,
  type Outcome,
  type Reason,
  type Verdict,
} from './verdict/decision';
export { type Access, type AccessGrant, type OutsidePolicy } from './verdict/access-sets';
export { type TrafficClass } from './verdict/answers';
export { type WholeAccess, type WholeDecision } from './questions/can/whole-port';
export { type ReachClass, type ReachRef, type ReachVerdict } from './questions/can/can';
export { type TrafficRef } from './verdict/traffic-ref';

// Sets of clients
export { ClientSet, ClientIdentities, type ClientBox, type WitnessPreference } from './sets/client-set';
export { IdentitySet, type IdentityDescription } from './sets/identity-set';
export { type IdentityMatch } from './linkerd/identity';
export { NetworkSet } from './sets/network-set';
export { type Network } from './linkerd/network';
export { type NetworkMatch } from './linkerd/network-match';
export { type Address } from './linkerd/address';

// What an answer rests on
export { type Coverage } from './cluster/coverage';
export { type AcceptedObject, type NotJudged, type NotJudgedCause } from './cluster/not-judged';

// Suites
export { type FindOptions } from './input/files';
export { type ReadOptions } from './input/read';
export { loadSuite, type SuiteOptions } from './input/suite-files';
export {
  parseSuite,
  runSuite,
  type AdmissionCase,
  type Expectation,
  type ManifestPath,
  type Query,
  type ReachabilityCase,
  type Suite,
  type SuiteCase,
  type CaseManifests,
  type ManifestListener,
  type SuiteResult,
  type WholeTraffic,
  type WrittenSuite,
} from './questions/suite';
