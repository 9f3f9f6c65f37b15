import type { Condition } from '../cluster/unknown';
import { enumerate } from '../basics/words';
import { outcomeWords } from './condition-words';
import type { Decision, Outcome } from './decision';
import type { NetworkSet } from '../sets/network-set';

/** One verdict out of what may be the case: `depends` where that differs. The first outcome is that of no special condition. */
export function combined(outcomes: readonly [Outcome, ...Outcome[]]): Decision {
  const [{ decision: base }] = outcomes;
  if (outcomes.every(({ decision }) => decision.verdict === base.verdict)) return base;
  const { notFound: _, ...rest } = base;
  const all = merged(outcomes);
  return { ...rest, verdict: 'depends', reason: 'unknown', because: outcomeWords(all), outcomes: all };
}

/** The client's address, as a condition. */
export function addressIsIn(addresses: NetworkSet): Condition {
  const cidrs = addresses.cidrs();
  const [only = ''] = cidrs;
  const [address = '', length] = only.split('/');
  const isOne = cidrs.length === 1 && (length === '32' || length === '128');
  const text = isOne ? `its address is ${address}` : `its address is in ${enumerate(cidrs, 4, 'or')}`;
  return { unknown: { kind: 'address' }, text };
}

/** Outcomes of equal verdict and conditions are one. */
function merged(outcomes: readonly Outcome[]): readonly Outcome[] {
  const known = new Map<string, Outcome>();
  for (const outcome of outcomes) {
    const key = [outcome.decision.verdict, ...outcome.when.map(({ text }) => text)].join('\n');
    if (!known.has(key)) known.set(key, outcome);
  }
  return [...known.values()];
}
