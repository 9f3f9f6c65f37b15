import { createColors } from '../wording/colors';
import { enumerate } from '../../basics/words';
import type { Cluster } from '../../cluster/cluster';
import { workloadKey } from '../../cluster/workload';
import type { Reach, ReachClass, ReachVerdict } from '../../questions/can/can';
import { flagFor } from '../../cluster/unknown';
import type { ClientReference } from '../../verdict/client';
import { unknownsOf } from '../../verdict/condition-words';
import type { Decision } from '../../verdict/decision';
import { WHAT_IT_RESTS_ON } from '../wording/docs-pages';
import { describeTraffic } from '../wording/traffic-words';

/** The question, as typed and as the engine understood it, and the answers. */
export interface CanAnswer {
  readonly cluster: Cluster;
  readonly client: ClientReference;
  /** The client as it was typed. */
  readonly from: string;
  readonly reaches: readonly Reach[];
  /** Whether the client is let in, as the exit status says it. */
  readonly letIn: boolean;
}

export interface CanOptions {
  readonly color: boolean;
  /** Also the chain of objects. */
  readonly explain: boolean;
}

/** `allow: shop/deployment/web may reach shop/deployment/api:8080, by authorizationpolicy/http-ns-only` */
export function sentence(from: string, reach: Reach, { color }: CanOptions): string {
  const target = `${workloadKey(reach.workload)}:${reach.target.port}`;
  return `${colorVerdict(reach.verdict, color)}: ${from} ${answer(reach, target)}`;
}

function answer(reach: Reach, target: string): string {
  const { verdict, classes } = reach;
  const decisions = classes.filter(({ decisive }) => decisive).map(({ decision }) => decision);
  const by = decisions.flatMap(({ authorizations }) => authorizations[0]?.name ?? []);
  const because = [...new Set(decisions.map((decision) => decision.because))].join('; ');
  switch (verdict) {
    case 'allow':
      return `may reach ${target}${by.length === 0 ? `: ${because}` : `, by ${enumerate(by)}`}${onlySome(classes)}`;
    case 'audit':
      return `may reach ${target}, but only because an audit policy lets everyone in (${enumerate(by)})${onlySome(classes)}`;
    case 'partly':
      return `may reach ${target}, but only with some traffic`;
    case 'not-found':
      return `gets 404 from ${target}: ${because}`;
    case 'deny':
      return `may not reach ${target}: ${because}`;
    case 'depends': {
      const unsure = classes.filter(({ decisive, decision }) => decisive && decision.verdict === 'depends');
      const conditions = new Set(unsure.map(({ decision }) => decision.because));
      // Conditions of different traffic read as contradictions, unless it is named.
      const words = unsure.map((found) => `${className(reach, found)}: ${found.decision.because}`);
      return `to ${target}: ${[...(conditions.size < 2 ? conditions : words)].join('; ')}${onlySome(classes)}`;
    }
  }
}

/** The flags that settle what verdicts turn on. */
export function settlingFlags(decisions: readonly Decision[]): readonly string[] {
  const unknowns = decisions.flatMap(({ outcomes = [] }) => unknownsOf(outcomes));
  return [...new Set(unknowns.flatMap((unknown) => flagFor(unknown) ?? []))];
}

/** The same in one phrase; none if no flag does. */
export function flagsFor(decisions: readonly Decision[]): readonly string[] {
  const flags = settlingFlags(decisions);
  return flags.length === 0 ? [] : [enumerate(flags)];
}

/** What to do about a verdict that depends, and where to read of it. */
export function settling({ classes }: Reach): readonly string[] {
  const unsure = classes.flatMap(({ decision }) => (decision.outcomes === undefined ? [] : [decision]));
  if (unsure.length === 0) return [];
  const [flags] = flagsFor(unsure);
  return [`  ${flags === undefined ? 'what it turns on' : `to settle it: ${flags}`} (${WHAT_IT_RESTS_ON})`];
}

/** If routes take some requests only, that is half of the answer. */
function onlySome(classes: readonly ReachClass[]): string {
  const unmatched = classes.some(
    ({ ref, decision }) => ref.kind === 'unmatched' && decision.verdict === 'not-found',
  );
  if (!unmatched) return '';
  const routes = classes.flatMap(({ ref, name }) => (ref.kind === 'object' ? [name] : []));
  return `, but only with requests of ${enumerate(routes, 3)}: all others get 404`;
}

/** The name of a class of traffic, for people. */
export function className({ policy }: Reach, { name, traffic }: ReachClass): string {
  switch (name) {
    case 'request':
      return describeTraffic(traffic);
    case 'connection':
      if (policy === undefined) return 'all traffic';
      return policy.protocol === 'tls' ? 'TLS connections' : 'non-HTTP connections';
    case 'unmatched':
      return 'requests that no route matches';
    case 'default/default':
      return traffic.kind === 'request' && traffic.request.method === 'POST' ? 'gRPC calls' : 'HTTP requests';
    case 'default/probe':
      return `probes (GET ${probePaths(policy).join(', ')})`;
    default:
      return `${name} (such as ${describeTraffic(traffic)})`;
  }
}

function probePaths(policy: Reach['policy']): string[] {
  const probe = policy?.routes.find(({ name }) => name === 'default/probe');
  const matches = probe?.rules.flatMap((rule) => rule.matches) ?? [];
  return matches.flatMap((match) =>
    match.kind === 'http' && match.path !== undefined ? [match.path.value] : [],
  );
}

/** A verdict in its colour: green gets in, red does not, yellow is in between. */
export function colorVerdict(verdict: ReachVerdict, color: boolean): string {
  const colors = createColors(color);
  if (verdict === 'allow') return colors.green(verdict);
  return verdict === 'audit' || verdict === 'partly' || verdict === 'depends'
    ? colors.yellow(verdict)
    : colors.red(verdict);
}
