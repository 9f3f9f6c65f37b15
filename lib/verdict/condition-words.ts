import type { Condition, Unknown } from '../cluster/unknown';
import { shortName } from '../kubernetes/object';
import { enumerate } from '../basics/words';
import { groupBy } from '../basics/collections';
import type { Outcome, Verdict } from './decision';

/** Beyond this many unknowns a verdict is only bounded: nobody reads such a list of conditions. */
const MOST_UNKNOWNS = 4;

/** What happens, and if what: `deny, unless its address is 192.168.10.11`. */
export function outcomeWords(outcomes: readonly Outcome[]): string {
  const bound = boundWords(outcomes);
  if (bound !== undefined)
    return `${enumerate(verdictsOf(outcomes), 5, 'or')}: ${bound}, so this is only a bound`;
  const branches = branchesOf(outcomes);
  return branches.length === 1 || branches.every((one) => isPlain(one, branches))
    ? inOneSentence(outcomes)
    : byBranch(branches);
}

/** Why there are only bounds, if there are: `it turns on 5 unknowns (…)`. */
export function boundWords(cases: readonly Case[]): string | undefined {
  const unknowns = unknownsOf(cases);
  if (unknowns.length <= MOST_UNKNOWNS) return undefined;
  return `it turns on ${unknowns.length} unknowns (${unknowns.map(nameOf).join('; ')})`;
}

/** What may be the case. */
type Case = Pick<Outcome, 'when'>;

/** What the outcomes turn on, each once. */
export function unknownsOf(outcomes: readonly Case[]): readonly Unknown[] {
  const known = new Map<string, Unknown>();
  for (const { when } of outcomes)
    for (const { unknown, text } of when) known.set(unknownKey(unknown, text), unknown);
  return [...known.values()];
}

function unknownKey(unknown: Unknown, text: string): string {
  switch (unknown.kind) {
    case 'age':
      return `age of ${unknown.of.map(({ object: { apiVersion, kind, metadata } }) => `${apiVersion} ${kind}/${metadata.name}`).join()}`;
    case 'reference':
      return text;
    case 'address':
    case 'dialled':
      return unknown.kind;
    case 'running':
      return `running ${unknown.of}`;
  }
}

/** An unknown, as what a verdict turns on. */
function nameOf(unknown: Unknown): string {
  switch (unknown.kind) {
    case 'age':
      return `which of ${enumerate(
        unknown.of.map(({ object }) => shortName(object)),
        3,
      )} is the oldest`;
    case 'address':
      return 'its address';
    case 'dialled':
      return 'which port it dials';
    case 'reference':
      return `whether there is ${unknown.to.kind.toLowerCase()} ${unknown.to.namespace}/${unknown.to.name}`;
    case 'running':
      return unknown.of === 'client' ? 'which of its pods it is' : 'which pod it reaches';
  }
}

/** The outcomes under one set of ages, pods and dialled ports, which differ by the client's address and missing objects alone. */
interface Branch {
  readonly when: readonly Condition[];
  /** The first holds if no condition of the others does, unless each has one. */
  readonly outcomes: readonly Outcome[];
}

function branchesOf(outcomes: readonly Outcome[]): readonly Branch[] {
  const isBranching = ({ unknown: { kind } }: Condition): boolean =>
    kind === 'age' || kind === 'running' || kind === 'dialled';
  const groups = groupBy(outcomes, ({ when }) =>
    when
      .filter(isBranching)
      .map(({ text }) => text)
      .join('\n'),
  );
  return [...groups.values()].map((own) => ({
    when: own[0]?.when.filter(isBranching) ?? [],
    outcomes: own.map(({ when, decision }) => ({ decision, when: when.filter((one) => !isBranching(one)) })),
  }));
}

/** Whether one sentence about all branches tells the truth about this one. */
function isPlain({ when, outcomes }: Branch, all: readonly Branch[]): boolean {
  if (outcomes.length === 1) return outcomes[0]?.when.length === 0;
  const otherwise = all.find((one) => one.when.length === 0)?.outcomes[0];
  return when.length > 0 && otherwise?.when.length === 0 && verdictOf(outcomes[0]) === verdictOf(otherwise);
}

/** `if server/a is older than server/b: deny, unless its address is 10.1.2.3; if …: …` */
function byBranch(branches: readonly Branch[]): string {
  const isException = ({ when, outcomes }: Branch): boolean =>
    when.length === 0 && outcomes.every((one) => one.when.length > 0);
  const exceptions = branches.filter(isException).map(({ outcomes }) => inOneSentence(outcomes));
  const alike = groupBy(
    branches.filter((one) => !isException(one)),
    ({ outcomes }) => inOneSentence(outcomes),
  );
  const cases = [...alike].map(([words, some]) => {
    const conditions = some.map(({ when }) => inSequence(when));
    return conditions.includes('') ? words : `if ${enumerate(conditions, 4, 'or')}: ${words}`;
  });
  return [...exceptions, ...cases].join('; ');
}

function inOneSentence(outcomes: readonly Outcome[]): string {
  const verdicts = verdictsOf(outcomes);
  const [base] = outcomes;
  if (base?.when.length !== 0)
    return verdicts.map((verdict) => `${verdict} if ${ways(outcomes, verdict)}`).join('; ');
  const own = base.decision.verdict;
  const others = verdicts.filter((verdict) => verdict !== own);
  const [other] = others;
  if (other === undefined) return own;
  if (others.length === 1 && isIn(own) !== isIn(other)) return `${own}, unless ${ways(outcomes, other)}`;
  return [...others.map((verdict) => `${verdict} if ${ways(outcomes, verdict)}`), `otherwise ${own}`].join(
    '; ',
  );
}

function ways(outcomes: readonly Outcome[], verdict: Verdict): string {
  const own = outcomes.filter(({ decision }) => decision.verdict === verdict);
  return enumerate(
    own.map(({ when }) => inSequence(when)),
    4,
    'or',
  );
}

/** After a clause of its own, "and" needs a comma. */
function inSequence(when: readonly Condition[]): string {
  return when
    .map(({ text }) => text)
    .reduce((all, text) => (all === '' ? text : `${all}${all.includes(', ') ? ',' : ''} and ${text}`), '');
}

function verdictsOf(outcomes: readonly Outcome[]): readonly Verdict[] {
  return [...new Set(outcomes.map(({ decision }) => decision.verdict))];
}

function verdictOf(outcome: Outcome | undefined): Verdict | undefined {
  return outcome?.decision.verdict;
}

function isIn(verdict: Verdict): boolean {
  return verdict === 'allow' || verdict === 'audit';
}
