import { createColors } from 'picocolors';
import { workloadKey } from '../../cluster/workload';
import { letsIn, type Reach, type ReachClass, type ReachVerdict } from '../../questions/can/can';
import type { Decision } from '../../verdict/decision';
import { describeTraffic } from '../wording/object-json';
import { table } from '../wording/table';

/** What was asked, as text and as the engine understood it. */
export interface CanQuestion {
  /** The client as it was typed. */
  readonly from: string;
  readonly reaches: readonly Reach[];
}

/** One sentence for each target; below it each class of traffic, where they differ. */
export function canText({ from, reaches }: CanQuestion, options: { readonly color: boolean }): string {
  return reaches
    .flatMap((reach) => [sentence(from, reach, options), ...differences(reach, options), ''])
    .join('\n');
}

/** `allow: shop/deployment/web may reach shop/deployment/api:8080, by authorizationpolicy/http-ns-only` */
export function sentence(from: string, reach: Reach, { color }: { readonly color: boolean }): string {
  const target = `${workloadKey(reach.workload)}:${reach.target.port}`;
  return `${colorVerdict(reach.verdict, color)}: ${from} ${answer(reach, target)}`;
}

function answer({ verdict, classes }: Reach, target: string): string {
  const decisions = classes.filter(({ decisive }) => decisive).map(({ decision }) => decision);
  const by = unique(decisions.flatMap(({ authorizations }) => authorizations[0]?.name ?? []));
  const because = unique(decisions.map((decision) => decision.because)).join('; ');
  switch (verdict) {
    case 'allow':
      return `may reach ${target}${by.length === 0 ? `: ${because}` : `, by ${by.join(' and ')}`}`;
    case 'audit':
      return `may reach ${target}, only because an audit policy lets everybody in (${by.join(' and ')})`;
    case 'partly':
      return `may reach ${target} with some traffic only`;
    case 'not-found':
      return `gets 404 from ${target}: ${because}`;
    case 'deny':
      return `may not reach ${target}: ${because}`;
  }
}

/** Each class of traffic with its verdict, unless all have the same one. */
function differences(reach: Reach, { color }: { readonly color: boolean }): string[] {
  const { classes } = reach;
  if (new Set(classes.map(({ decision }) => decision.verdict)).size < 2) return [];
  return table(
    classes.map((found) => [
      colorVerdict(found.decision.verdict, color),
      className(reach, found),
      reason(found.decision),
    ]),
    '  ',
  );
}

/** What a class of traffic is, for people. */
export function className({ policy }: Reach, { ref, name, traffic }: ReachClass): string {
  switch (ref.kind) {
    case 'request':
      return describeTraffic(traffic);
    case 'connection':
      if (policy === undefined) return 'all traffic';
      return policy.protocol === 'tls' ? 'TLS connections' : 'connections that are not HTTP';
    case 'unmatched':
      return 'requests that no route takes';
    case 'default':
      return policy?.protocol === 'grpc' ? 'gRPC calls' : 'HTTP requests';
    case 'probe':
      return `probes (GET ${probePaths(policy).join(', ')})`;
    case 'object':
      return `${name} (such as ${describeTraffic(traffic)})`;
  }
}

function probePaths(policy: Reach['policy']): string[] {
  const probe = policy?.routes.find(({ ref }) => ref.kind === 'probe');
  const matches = probe?.rules.flatMap((rule) => rule.matches) ?? [];
  return matches.flatMap((match) =>
    match.kind === 'http' && match.path !== undefined ? [match.path.value] : [],
  );
}

function reason(decision: Decision): string {
  const first = decision.authorizations[0];
  return letsIn(decision) && first !== undefined ? `by ${first.name}` : decision.because;
}

/** A verdict in its colour: green gets in, red does not, yellow is neither quite. */
export function colorVerdict(verdict: ReachVerdict, color: boolean): string {
  const colors = createColors(color);
  if (verdict === 'allow') return colors.green(verdict);
  return verdict === 'audit' || verdict === 'partly' ? colors.yellow(verdict) : colors.red(verdict);
}

export function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
