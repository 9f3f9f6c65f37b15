import type { Condition } from '../cluster/unknown';
import { enumerate } from '../basics/words';
import type { Decision, Outcome, Verdict } from './decision';
import type { NetworkSet } from '../sets/network-set';

/** Beyond this many unknowns a verdict is only bounded: nobody reads such a list of conditions. */
const MOST_UNKNOWNS = 4;

/** One verdict out of what may be the case: `depends` where that differs. The first outcome is that of no special condition. */
export function combined(outcomes: readonly [Outcome, ...Outcome[]]): Decision {
  const [{ decision: base }] = outcomes;
  if (outcomes.every(({ decision }) => decision.verdict === base.verdict)) return base;
  const { notFound: _, ...rest } = base;
  const because = inWords(outcomes);
  return { ...rest, verdict: 'depends', reason: 'unknown', because, outcomes: merged(outcomes) };
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

/** What the outcomes turn on, each once. */
export function unknownsOf(outcomes: readonly Outcome[]): readonly Condition['unknown'][] {
  const known = new Map<string, Condition['unknown']>();
  for (const { when } of outcomes)
    for (const { unknown, text } of when) known.set(unknownKey(unknown, text), unknown);
  return [...known.values()];
}

function unknownKey(unknown: Condition['unknown'], text: string): string {
  switch (unknown.kind) {
    case 'age':
      return `age of ${unknown.of.map(({ object }) => `${object.kind}/${object.metadata.name}`).join()}`;
    case 'address':
      return 'address';
    case 'running':
      return 'running';
    case 'reference':
      return text;
  }
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

function inWords(outcomes: readonly Outcome[]): string {
  const verdicts = [...new Set(outcomes.map(({ decision }) => decision.verdict))];
  const unknowns = unknownsOf(outcomes);
  if (unknowns.length > MOST_UNKNOWNS) {
    const things = unknowns.map(({ kind }) => NAMES[kind]);
    return `${enumerate(verdicts, 5, 'or')}: it turns on ${unknowns.length} unknowns (${enumerate(things)}), so this is only a bound`;
  }
  const [base] = outcomes;
  if (base?.when.length !== 0)
    return verdicts.map((verdict) => `${verdict} if ${ways(outcomes, verdict)}`).join('; ');
  const own = base.decision.verdict;
  const others = verdicts.filter((verdict) => verdict !== own);
  const [other] = others;
  if (others.length === 1 && other !== undefined && isIn(own) !== isIn(other))
    return `${own}, unless ${ways(outcomes, other)}`;
  return [...others.map((verdict) => `${verdict} if ${ways(outcomes, verdict)}`), `otherwise ${own}`].join(
    '; ',
  );
}

function ways(outcomes: readonly Outcome[], verdict: Verdict): string {
  const own = outcomes.filter(({ decision }) => decision.verdict === verdict);
  const conditions = own.map(({ when }) => when.map(({ text }) => text).join(' and '));
  // "or" between conditions that have an "and" of their own would be read both ways.
  const isPlain = own.every(({ when }) => when.length < 2);
  return isPlain ? enumerate(conditions, 4, 'or') : conditions.join(', or if ');
}

function isIn(verdict: Verdict): boolean {
  return verdict === 'allow' || verdict === 'audit';
}

const NAMES: Readonly<Record<Condition['unknown']['kind'], string>> = {
  age: 'ages of objects',
  address: "the client's address",
  reference: 'objects that are not in the input',
  running: 'pods that run already',
};
