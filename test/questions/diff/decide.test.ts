import fc from 'fast-check';
import type { ClusterOptions } from '../../../lib/cluster/cluster-options';
import type { KubeObject } from '../../../lib/kubernetes/object';
import {
  diff,
  type AccessChange,
  type ClientFate,
  type ComparedPort,
} from '../../../lib/questions/diff/diff';
import { decide } from '../../../lib/verdict/decide';
import { mayLetIn, type Decision, type Verdict } from '../../../lib/verdict/decision';
import { trafficName } from '../../../lib/verdict/traffic-ref';
import { busyObjects } from '../../arbitrary/busy-cluster';
import { clusterWith, objects, unique } from '../../arbitrary/cluster';
import { mutated } from '../../arbitrary/mutations';
import { questionsNear, type Question } from '../../arbitrary/questions';
import { lawRuns, leastOf } from '../../helpers/laws';
import { verdictOf } from '../witness';

/** Of each pair of clusters: 300 pairs make 15,000. */
const QUESTIONS = 50;
const numRuns = lawRuns(300);

interface Pair {
  readonly before: readonly KubeObject[];
  readonly after: readonly KubeObject[];
  readonly what: string;
}

const some = fc.oneof({ weight: 3, arbitrary: busyObjects }, { weight: 1, arbitrary: objects });

const inAnotherOrder = some.chain((before) =>
  fc
    .shuffledSubarray(before, { minLength: before.length })
    .map((after): Pair => ({ before, after, what: 'another order' })),
);

const withSmallChanges = some.chain((before) =>
  mutated(before).map(({ objects: after, what }): Pair => ({ before, after: unique(after), what })),
);

const ofWhichMuchIsTheSame = fc
  .tuple(some, some)
  .chain(([first, second]) => fc.tuple(fc.constant(first), fc.subarray(first), fc.subarray(second)))
  .map(([before, kept, more]): Pair => ({
    before,
    after: unique([...kept, ...more]),
    what: 'other objects',
  }));

const pair = fc.oneof(
  { weight: 6, arbitrary: withSmallChanges },
  { weight: 1, arbitrary: inAnotherOrder },
  { weight: 2, arbitrary: ofWhichMuchIsTheSame },
);

const options: fc.Arbitrary<ClusterOptions> = fc.record(
  {
    assumeAdmitted: fc.boolean(),
    ages: fc.constantFrom('unknown' as const, 'index' as const),
    complete: fc.constant(true as const),
  },
  { requiredKeys: ['assumeAdmitted', 'ages'] },
);

const asked = fc.tuple(pair, options).chain(([{ before, after, what }, chosen]) => {
  const sides = [before, after].map((all) => clusterWith(all, chosen));
  const question = questionsNear(sides, [...before, ...after]);
  const questions =
    question === undefined
      ? fc.constant([])
      : fc.array(question, { minLength: QUESTIONS, maxLength: QUESTIONS });
  return fc.tuple(fc.constant({ before, after, what, chosen }), questions);
});

/** How a client fares, as `diff` tells it: kept out by either a denial or a 404, or possibly let in. */
function levelOf(decision: Decision): ClientFate {
  const { verdict, outcomes } = decision;
  if (outcomes === undefined) return plain(verdict);
  return mayLetIn(decision) ? 'depends' : 'deny';
}

function plain(verdict: Verdict): ClientFate {
  return verdict === 'not-found' ? 'deny' : verdict;
}

function allOf(sides: readonly Decision[]): readonly Decision[] {
  return sides.flatMap((side) => [side, ...(side.outcomes ?? []).map(({ decision }) => decision)]);
}

/** What `diff` leaves out: bytes that are no request at a port of requests, and what Linkerd opens on a pod that comes or goes. */
function isLeftOut(sides: readonly Decision[]): boolean {
  const reasons = allOf(sides).map(({ reason }) => reason);
  if (reasons.includes('protocol-mismatch')) return true;
  if (!reasons.includes('no-workload')) return false;
  return allOf(sides).some(
    ({ reason, authorizations }) =>
      reason === 'tap' ||
      reason === 'port-skipped' ||
      authorizations.some(({ ref }) => ref.kind === 'probe' || ref.kind === 'localhost'),
  );
}

const PAST_THE_PROXY: readonly string[] = ['unmeshed-target', 'port-skipped', 'subnet-skipped'];

/** What the traffic is taken for on either side; `undefined` if that is not seen, as something lets it past the proxy. */
function trafficOf({ traffic }: Question, sides: readonly Decision[]): ReadonlySet<string> | undefined {
  if (traffic.kind === 'connection') return new Set(['connection']);
  const all = allOf(sides);
  if (all.some(({ reason }) => PAST_THE_PROXY.includes(reason))) return undefined;
  const names = all.map(({ route = 'unmatched' }) => route);
  const isBytes = all.some(({ route, reason }) => route === undefined && reason !== 'no-route');
  return new Set(isBytes ? ['connection', ...names] : names);
}

function isAt({ target }: Question, names: ReadonlySet<string> | undefined): (port: ComparedPort) => boolean {
  return ({ workload: { namespace, kind, name }, ports: { ranges }, traffic }) =>
    [namespace, kind, name].join() === [target.namespace, target.kind, target.name].join() &&
    ranges.some(([first, last]) => first <= target.port && target.port <= last) &&
    (names === undefined || traffic.some((ref) => names.has(trafficName(ref))));
}

it('diff has each change of verdict that questions near the conditions of both sides find, and its witnesses hold', () => {
  const seen = { changed: 0, byLittle: 0, alike: 0, asked: 0, found: 0, witnesses: 0 };
  fc.assert(
    fc.property(asked, ([{ before, after, what, chosen }, questions]) => {
      const [old, now] = [clusterWith(before, chosen), clusterWith(after, chosen)];
      const { opened, audited, closed } = diff(old, now);
      const changes = [...opened, ...audited, ...closed];
      const isSmall = !['other objects', 'another order'].includes(what);
      if (changes.length === 0) seen.alike += 1;
      else seen.changed += 1;
      if (changes.length > 0 && isSmall) seen.byLittle += 1;
      for (const change of changes) expectWitness(change);
      for (const question of questions) expectTold(question);

      function expectWitness({ before: was, after: is, witness, clients, presence }: AccessChange): void {
        // The few patterns of these routes hide nothing, so that whatever changes can be tried.
        if (witness === undefined) throw new Error(`no witness after ${what}`);
        seen.witnesses += 1;
        const tried = [old, now].map((side) => verdictOf(side, witness));
        const said = Object.values(witness.verdicts);
        const levels = [old, now].map((side, i) =>
          presence === (['new', 'old'] as const)[i]
            ? 'deny'
            : levelOf(decide(side, witness.target, witness.client, witness.traffic)),
        );
        expect([what, witness, tried, levels, clients.has(witness.client)]).toEqual([
          what,
          witness,
          said,
          [was, is].map(plain),
          true,
        ]);
      }

      function expectTold(question: Question): void {
        const { target, client, traffic } = question;
        seen.asked += 1;
        const sides = [old, now].map((side) => decide(side, target, client, traffic));
        const [was, is] = sides.map(levelOf);
        if (was === is || isLeftOut(sides)) return;
        seen.found += 1;
        const names = trafficOf(question, sides);
        const told = changes
          .filter(({ clients, ports }) => clients.has(client) && ports.some(isAt(question, names)))
          .map((change) => [change.before, change.after].map(plain));
        expect([what, question, told]).toEqual([what, question, expect.arrayContaining([[was, is]])]);
      }
    }),
    { numRuns },
  );
  expect(seen.asked).toBeGreaterThan(leastOf(numRuns, 10_000));
  expect(seen.found).toBeGreaterThan(leastOf(numRuns, 1000));
  expect(seen.witnesses).toBeGreaterThan(leastOf(numRuns, numRuns));
  expect(seen.alike).toBeGreaterThan(leastOf(numRuns, numRuns / 5));
  expect(seen.byLittle).toBeGreaterThan(leastOf(numRuns, numRuns / 6));
});
