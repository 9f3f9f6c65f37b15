import { Cluster } from '../../cluster/cluster';
import { coverage, type Coverage } from '../../cluster/coverage';
import type { RefusedObject } from '../../cluster/stored-objects';
import { admit } from '../../admission';
import { shortName, type Origin, type SourceObject } from '../../kubernetes/object';
import { decide } from '../../verdict/decide';
import type { Decision } from '../../verdict/decision';
import type { AdmissionCase, Expectation, Query, ReachabilityCase, Suite, SuiteCase } from './suite';

/** The result of one query or one admission case. */
export interface SuiteResult {
  readonly case: string;
  /** Absent for an admission case, which is a single question. */
  readonly query?: string;
  readonly origin: Origin;
  readonly passed: boolean;
  /** In words: `allow by authorizationpolicy/x on server/http`. */
  readonly expected: string;
  /** The verdict in the same words. */
  readonly actual: string;
  /** Why this is the verdict. */
  readonly because: string;
  /** The authorizations that let the client in, starting with the one Linkerd reports. */
  readonly by: readonly string[];
  readonly server?: string;
  /** The objects that decided, with file and line. */
  readonly chain: readonly string[];
}

/**
 * Asks every question of a suite, in its order.
 *
 * @param onManifests told of the manifests of each case, what admission refuses and what the answers rest on
 */
export function runSuite({ cases }: Suite, onManifests?: ManifestListener): SuiteResult[] {
  return cases.flatMap((suiteCase) => runCase(suiteCase, onManifests));
}

/** What a suite's results do not say about the manifests of a case. */
export interface CaseManifests {
  /** Objects that admission refuses: they count as absent. */
  readonly refused: readonly RefusedObject[];
  /** What was judged for the case, and what was not. */
  readonly coverage: Coverage;
}

export type ManifestListener = (manifests: CaseManifests) => void;

export function runCase(suiteCase: SuiteCase, onManifests?: ManifestListener): SuiteResult[] {
  return suiteCase.kind === 'admission' ? [runAdmission(suiteCase)] : runQueries(suiteCase, onManifests);
}

function runQueries(
  { id, options, manifests, queries }: ReachabilityCase,
  onManifests?: ManifestListener,
): SuiteResult[] {
  const cluster = Cluster.fromObjects(manifests, options);
  if (onManifests !== undefined) {
    const workloads = queries.map(({ target }) => target);
    const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))];
    onManifests({ refused: cluster.refused, coverage: coverage(cluster, { namespaces, workloads }) });
  }
  return queries.map((query) => runQuery(cluster, id, query));
}

function runQuery(
  cluster: Cluster,
  id: string,
  { id: query, origin, target, client, traffic, expected }: Query,
): SuiteResult {
  const decision = decide(cluster, target, client, traffic);
  const by = decision.authorizations.map(({ name }) => name);
  return {
    case: id,
    query,
    origin,
    passed: holds(expected, decision, by),
    expected: inWords(expected),
    actual: inWords({ ...decision, by: by.slice(0, 1) }),
    because: decision.because,
    by,
    ...(decision.server === undefined ? {} : { server: decision.server }),
    chain: chainOf(decision),
  };
}

/** A query holds if the verdict is right and the authorization reported first is one of those named. */
function holds(expected: Expectation, decision: Decision, by: readonly string[]): boolean {
  if (decision.verdict !== expected.verdict) return false;
  if (expected.notFound !== undefined && decision.notFound !== expected.notFound) return false;
  if (expected.server !== undefined && decision.server !== expected.server) return false;
  if (expected.by === undefined) return true;
  const [first] = by;
  return first === undefined ? expected.by.length === 0 : expected.by.includes(first);
}

function inWords({ verdict, notFound, by, server }: Expectation): string {
  const what = verdict === 'not-found' && notFound !== undefined ? `not-found (${notFound})` : verdict;
  const whom = by === undefined || by.length === 0 ? '' : ` by ${by.join(' or ')}`;
  return `${what}${whom}${server === undefined ? '' : ` on ${server}`}`;
}

function chainOf({
  serverSource,
  route,
  routeSource,
  authorizations,
  nearMisses,
  ignored,
}: Decision): string[] {
  const chain = serverSource === undefined ? [] : [placed(serverSource)];
  if (routeSource !== undefined) chain.push(placed(routeSource));
  else if (route !== undefined) chain.push(`route ${route}`);
  const [first] = authorizations;
  if (first !== undefined) return [...chain, named(first), ...first.via.map(placed)];
  return [...chain, ...[...nearMisses, ...ignored].map((miss) => `${named(miss)}: ${miss.because}`)];
}

/** An object with its place; what Linkerd grants by itself, by name. */
function named({ name, source }: { readonly name: string; readonly source?: SourceObject }): string {
  return source === undefined ? name : placed(source);
}

function placed({ object, origin }: SourceObject): string {
  return `${shortName(object)} (${origin.file}:${origin.line})`;
}

/** Schema and webhook look only at the object (linkerd-policy 2), so an update is judged like a creation. */
function runAdmission({ id, origin, object, verdict }: AdmissionCase): SuiteResult {
  const violations = admit(object);
  const actual = violations.length === 0 ? 'accept' : 'reject';
  const reasons = violations.map(({ rule, field, message }) => `${rule} ${field}: ${message}`);
  return {
    case: id,
    origin,
    passed: actual === verdict,
    expected: verdict,
    actual,
    because: reasons.length === 0 ? 'neither schema nor webhook refuses it' : reasons.join('; '),
    by: [],
    chain: [],
  };
}
