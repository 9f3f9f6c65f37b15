import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import { ClientSet } from '../../sets/client-set';
import { access, trafficClasses } from '../../verdict/access';
import { type Access, type AccessGrant } from '../../verdict/access-sets';
import { type TrafficClass } from '../../verdict/answers';
import type { ClientReference } from '../../verdict/client';
import { decide, type Target } from '../../verdict/decide';
import { mayLetIn, type Decision, type Reason, type Verdict } from '../../verdict/decision';
import { RAW_CONNECTION, type HttpRequest, type Traffic } from '../../verdict/request';
import { isProbe } from '../../verdict/traffic-ref';
import { canReach, type ReachClass, type ReachVerdict } from './can';

/** What a question is about in place of one request. */
export interface Connection {
  readonly connection: true;
}

/** The connection itself: opaque bytes, or bytes that are not HTTP on a port that detects the protocol. */
export const CONNECTION: Connection = { connection: true };

/** What a client sends: one request, or the connection itself. */
export type Asked = HttpRequest | Connection;

export function trafficOf(asked: Asked): Traffic {
  return 'connection' in asked ? RAW_CONNECTION : { kind: 'request', request: asked };
}

/** `all`: what the port is there for. `any`: whatever a client can send, and what gets in is enough. */
export type Span = 'all' | 'any';

/** The verdict about all traffic of a port, with what decided it. */
export interface WholeDecision extends Omit<Decision, 'verdict'> {
  /** `partly`: some of the traffic that the port is there for gets in, and some does not. */
  readonly verdict: ReachVerdict;
  /** The classes of traffic that the verdict is about; everything else is of the first that decided it. */
  readonly classes: readonly ReachClass[];
}

/** Judges all traffic of a port as `can` does: each class that the port is there for, or `any` that a client can send. */
export function decideWhole(
  cluster: Cluster,
  target: Target,
  client: ClientReference,
  span: Span = 'all',
): WholeDecision {
  if (cluster.workload(target) === undefined) return { ...decide(cluster, target, client), classes: [] };
  const reach = canReach(cluster, target, client);
  const classes = span === 'any' ? reach.classes : reach.classes.filter(({ decisive }) => decisive);
  const verdict = span === 'any' ? best(classes) : reach.verdict;
  const deciding = classes.find(({ decision }) => decision.verdict === verdict) ?? classes.find(isOut);
  if (deciding === undefined) return { ...NOTHING_TO_SEND, verdict, classes };
  const { notFound, ...decision } = deciding.decision;
  return {
    ...decision,
    ...(verdict === 'not-found' && notFound !== undefined ? { notFound } : {}),
    verdict,
    because: becauseOf(deciding, classes),
    classes,
  };
}

/** No class of traffic is left that the port could be there for: its routes take no request. */
const NOTHING_TO_SEND: Omit<Decision, 'verdict'> = {
  notFound: 'route',
  reason: 'no-route',
  because: 'no route of the port takes any request',
  authorizations: [],
  nearMisses: [],
  ignored: [],
  notes: [],
};

/** The verdict if any traffic in is enough. */
function best(classes: readonly ReachClass[]): Verdict {
  const verdicts = new Set(classes.map(({ decision }) => decision.verdict));
  if (verdicts.has('allow')) return 'allow';
  if (verdicts.has('audit')) return 'audit';
  if (classes.some(({ decision }) => mayLetIn(decision))) return 'depends';
  return verdicts.has('deny') || verdicts.has('depends') ? 'deny' : 'not-found';
}

function isOut({ decision }: ReachClass): boolean {
  return !mayLetIn(decision);
}

/** Where classes differ, what happens to each. */
function becauseOf(deciding: ReachClass, classes: readonly ReachClass[]): string {
  const verdicts = new Set(classes.map(({ decision }) => decision.verdict));
  if (verdicts.size < 2) return deciding.decision.because;
  return classes.map(({ name, decision }) => `${name}: ${decision.verdict}, ${decision.because}`).join('; ');
}

/** Reasons that are not policy: no Server, route or authorization would change what they decide. */
const BEYOND_POLICY: ReadonlySet<Reason> = new Set<Reason>([
  'no-workload',
  'unmeshed-target',
  'port-skipped',
  'subnet-skipped',
  'loopback',
  'tap',
  'proxy-port',
]);

/** Whether no policy could change this answer. */
export function isBeyondPolicy({ reason, classes }: WholeDecision): boolean {
  const isLocal = ({ decision }: ReachClass): boolean =>
    decision.authorizations.some(({ ref }) => ref.kind === 'localhost');
  return BEYOND_POLICY.has(reason) || (classes.length > 0 && classes.every(isLocal));
}

/** The verdict about all traffic that a port is there for, for all clients at once. */
export interface WholeAccess extends Omit<Access, 'route'> {
  /** Clients of whose traffic some gets in and some does not; disjoint from the other sets. */
  readonly partly: ClientSet;
  /** The classes of traffic that the sets are about. */
  readonly classes: readonly TrafficClass[];
}

/** Who may send all, and who some, of the traffic that a port is there for. */
export function accessWhole(cluster: Cluster, workload: Workload, port: number): WholeAccess {
  const classes = trafficClasses(cluster, workload, port).filter(({ ref }) => !isProbe(ref));
  const each = classes.map((one) => one.access);
  const [first] = each;
  if (first === undefined) return { ...access(cluster, workload, port), ...NOBODY, classes };
  const admitted = each.map(({ allow, audit }) => allow.or(audit));
  const allow = each.map((one) => one.allow).reduce((all, one) => all.and(one));
  const always = admitted.reduce((all, one) => all.and(one));
  const sometimes = admitted.reduce((all, one) => all.or(one));
  const possibly = each.map((one) => one.possibly).reduce((all, one) => all.or(one));
  // Of some traffic it is sure that it stays out.
  const everywhere = each
    .map((one, i) => one.possibly.or(admitted[i] ?? one.allow))
    .reduce((all, one) => all.and(one));
  const partly = sometimes.minus(everywhere);
  const grants = new Map<string, AccessGrant>();
  for (const grant of each.flatMap((one) => one.grants)) {
    const key = `${grant.level} ${grant.name}`;
    const known = grants.get(key);
    grants.set(key, known === undefined ? grant : { ...grant, clients: known.clients.or(grant.clients) });
  }
  const { reason, server } = first;
  return {
    reason,
    ...(server === undefined ? {} : { server }),
    allow,
    audit: always.minus(allow),
    partly,
    possibly: sometimes.or(possibly).minus(always).minus(partly),
    grants: [...grants.values()],
    classes,
  };
}

const NOBODY = {
  allow: ClientSet.NONE,
  audit: ClientSet.NONE,
  partly: ClientSet.NONE,
  possibly: ClientSet.NONE,
  grants: [],
} as const;
