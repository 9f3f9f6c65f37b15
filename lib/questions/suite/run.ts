import { Cluster } from '../../cluster/cluster';
import { IGNORE_ANNOTATION } from '../../linkerd/ignore-annotation';
import { coverage, type Coverage } from '../../cluster/coverage';
import type { RefusedObject } from '../../cluster/stored-objects';
import { admit } from '../../admission';
import { exemptNamespaces } from '../../cluster/stored-objects';
import { shortName, type Origin, type SourceObject } from '../../kubernetes/object';
import { decide } from '../../verdict/decide';
import type { Decision } from '../../verdict/decision';
import { decideWhole, isBeyondPolicy, type Span } from '../can/whole-port';
import type { ReachVerdict } from '../can/can';
import type { AdmissionCase, Expectation, Query, ReachabilityCase, Suite, SuiteCase } from './suite';

/** The result of one query or one admission case. */
export interface SuiteResult {
  readonly case: string;
  /** Absent for an admission case, which is a single question. */
  readonly query?: string;
  readonly origin: Origin;
  readonly passed: boolean;
  /** Why the query is no test of the policy; it has not passed then, whatever the verdict. */
  readonly fault?: string;
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
    onManifests({
      refused: cluster.refused,
      coverage: withinSuite(coverage(cluster, { namespaces, workloads })),
    });
  }
  return queries.map((query) => runQuery(cluster, id, query));
}

/** A suite takes no options: what it holds on purpose though admission refuses it is accepted in place. */
function withinSuite(all: Coverage): Coverage {
  const remedy = `correct it or, if the case is about that, annotate it with ${IGNORE_ANNOTATION}: 'refused-by-admission: REASON'`;
  const notJudged = all.notJudged.map((one) => (one.cause === 'refused' ? { ...one, remedy } : one));
  return { ...all, notJudged };
}

function runQuery(cluster: Cluster, id: string, query: Query): SuiteResult {
  const { origin, expected } = query;
  const answer = answerTo(cluster, query);
  const { server, because, decisions } = answer;
  const first = distinct(decisions.flatMap(({ authorizations }) => authorizations[0]?.name ?? []));
  const fault = faultOf(query, answer);
  return {
    case: id,
    query: query.id,
    origin,
    passed: fault === undefined && holds(expected, answer),
    ...(fault === undefined ? {} : { fault }),
    expected: inWords(expected),
    actual: inWords({ ...answer, by: first }),
    because,
    by: distinct([
      ...first,
      ...decisions.flatMap(({ authorizations }) => authorizations.map(({ name }) => name)),
    ]),
    ...(server === undefined ? {} : { server }),
    chain: distinct(decisions.flatMap(chainOf)),
  };
}

/** What a query is answered: one verdict, about one decision or that of each class of traffic. */
interface Answer extends Pick<Decision, 'notFound' | 'server' | 'because'> {
  readonly verdict: ReachVerdict;
  readonly decisions: readonly Decision[];
  /** Whether each decision must be by one of the expected authorizations, or one is enough. */
  readonly span: Span;
  /** Whether it is what it is whatever the policy says. */
  readonly isBeyondPolicy: boolean;
}

function answerTo(cluster: Cluster, { target, client, traffic }: Query): Answer {
  if (traffic.kind === 'request' || traffic.kind === 'connection') {
    const decision = decide(cluster, target, client, traffic);
    return { ...decision, decisions: [decision], span: 'all', isBeyondPolicy: false };
  }
  const span = traffic.kind;
  const whole = decideWhole(cluster, target, client, span);
  const decisions = whole.classes.map(({ decision }) => decision);
  const deciding = span === 'all' ? decisions : decisions.filter(({ verdict }) => verdict === whole.verdict);
  return { ...whole, decisions: deciding, span, isBeyondPolicy: isBeyondPolicy(whole) };
}

/** A query that holds, or fails, whatever the policy says is no test of it, unless it says that it means just that. */
function faultOf(
  { expected }: Query,
  { isBeyondPolicy: isFixed, verdict, because }: Answer,
): string | undefined {
  if (!isFixed || expected.notFound === 'workload') return undefined;
  return `no policy could change this answer, ${verdict} (${because}), so the query tests nothing; if it means that, write request or connection: true`;
}

/** A query holds if the verdict is right and the authorization reported first is one of those named. */
function holds(expected: Expectation, { verdict, notFound, server, span, decisions }: Answer): boolean {
  if (verdict !== expected.verdict) return false;
  if (expected.notFound !== undefined && notFound !== expected.notFound) return false;
  if (expected.server !== undefined && server !== expected.server) return false;
  const { by } = expected;
  if (by === undefined) return true;
  const isNamed = ({ authorizations: [first] }: Decision): boolean =>
    first === undefined ? by.length === 0 : by.includes(first.name);
  return span === 'any' ? decisions.some(isNamed) : decisions.every(isNamed);
}

function inWords({
  verdict,
  notFound,
  by,
  server,
}: Omit<Expectation, 'verdict'> & { readonly verdict: ReachVerdict }): string {
  const what = verdict === 'not-found' && notFound !== undefined ? `not-found (${notFound})` : verdict;
  const whom = by === undefined || by.length === 0 ? '' : ` by ${by.join(' or ')}`;
  return `${what}${whom}${server === undefined ? '' : ` on ${server}`}`;
}

function distinct(words: readonly string[]): string[] {
  return [...new Set(words)];
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

/**
 * Schema and webhook look only at the object (linkerd-policy 2), so an update is judged like a creation; of what is there
 * before, only a Namespace that keeps the webhook away matters.
 */
function runAdmission({ id, origin, object, preexisting, verdict }: AdmissionCase): SuiteResult {
  const isExempt = exemptNamespaces(preexisting.map((one) => ({ object: one }))).has(
    object.metadata.namespace ?? 'default',
  );
  const violations = admit(object, isExempt ? 'schema' : 'webhook');
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
