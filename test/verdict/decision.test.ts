import { letsIn, mayLetIn, type Decision, type Verdict } from '../../lib/verdict/decision';

function decision(verdict: Verdict, ...outcomes: readonly Decision[]): Decision {
  const parts = { authorizations: [], nearMisses: [], ignored: [], notes: [] };
  const own = { verdict, reason: 'unknown' as const, because: '', ...parts };
  return outcomes.length === 0
    ? own
    : { ...own, outcomes: outcomes.map((one) => ({ when: [], decision: one })) };
}

const of = (...verdicts: readonly Verdict[]): Decision =>
  decision('depends', ...verdicts.map((verdict) => decision(verdict)));

it.each<[Verdict, boolean]>([
  ['allow', true],
  ['audit', true],
  ['deny', false],
  ['not-found', false],
])('%s lets a client in: %s, surely and possibly', (verdict, isIn) => {
  expect([letsIn(decision(verdict)), mayLetIn(decision(verdict))]).toEqual([isIn, isIn]);
});

it('what depends surely lets in where every outcome does, and possibly where one does', () => {
  const said = (one: Decision): boolean[] => [letsIn(one), mayLetIn(one)];
  expect(said(of('allow', 'audit'))).toEqual([true, true]);
  expect(said(of('deny', 'allow'))).toEqual([false, true]);
  expect(said(of('deny', 'not-found'))).toEqual([false, false]);
});
