import type { Condition, Unknown } from '../../lib/cluster/unknown';
import { isRunning, mayAdmit, oldestOfAll, reachesRunning } from '../../lib/cluster/unknown';
import { outcomeWords, unknownsOf } from '../../lib/verdict/condition-words';
import type { Outcome, Verdict } from '../../lib/verdict/decision';
import { addressIsIn, combined } from '../../lib/verdict/outcomes';
import { networksOf } from '../../lib/linkerd/network-match';
import { NetworkSet } from '../../lib/sets/network-set';
import { manifest, objectsIn, server } from '../helpers/manifests';

function outcome(verdict: Verdict, ...when: readonly Condition[]): Outcome {
  return {
    when,
    decision: {
      verdict,
      reason: 'authorized',
      because: '',
      authorizations: [],
      nearMisses: [],
      ignored: [],
      notes: [],
    },
  };
}

const at = (...cidrs: readonly string[]): Condition => addressIsIn(NetworkSet.fromItems(networksOf(cidrs)));
const sources = (...names: readonly string[]): ReturnType<typeof objectsIn> =>
  objectsIn(names.map((name) => server(name, '{ podSelector: {}, port: 80 }')).join(''));
const ages = (...names: readonly string[]): readonly [Condition, ...Condition[]] =>
  oldestOfAll(sources(...names)) as unknown as readonly [Condition, ...Condition[]];
const policy = objectsIn(manifest('policy.linkerd.io/v1alpha1', 'AuthorizationPolicy', 'p', '{}'))[0]!;
const missing = (name: string): Condition =>
  mayAdmit({ from: policy, kind: 'NetworkAuthentication', namespace: 'shop', name });
const [oldA, oldB] = ages('a', 'b') as unknown as readonly [Condition, Condition];

describe("the client's address, as a condition", () => {
  it.each([
    [['10.1.2.3/32'], 'its address is 10.1.2.3'],
    [['fd00::1/128'], 'its address is fd00::1'],
    [['10.1.0.0/16'], 'its address is in 10.1.0.0/16'],
    [['10.1.2.3/32', '10.9.0.0/16'], 'its address is in 10.1.2.3/32 or 10.9.0.0/16'],
  ])('%j', (cidrs, words) => {
    expect(at(...cidrs)).toEqual({ unknown: { kind: 'address' }, text: words });
  });
});

describe('a verdict that depends says', () => {
  it('the verdict alone, where nothing changes it', () => {
    expect(outcomeWords([outcome('deny'), outcome('deny', at('10.1.2.3/32'))])).toBe('deny');
  });

  it('what holds usually, and the exceptions that turn it round', () => {
    expect(outcomeWords([outcome('deny'), outcome('allow', at('10.1.2.3/32'))])).toBe(
      'deny, unless its address is 10.1.2.3',
    );
    expect(
      outcomeWords([outcome('deny'), outcome('audit', at('10.1.2.3/32')), outcome('audit', missing('n'))]),
    ).toBe(
      'deny, unless its address is 10.1.2.3 or networkauthentication shop/n, ' +
        'which authorizationpolicy/p refers to, is there and admits it',
    );
  });

  it('each case by itself, where an exception lets in or keeps out as much as the rule', () => {
    expect(outcomeWords([outcome('audit'), outcome('allow', at('10.1.2.3/32'))])).toBe(
      'allow if its address is 10.1.2.3; otherwise audit',
    );
    expect(
      outcomeWords([
        outcome('deny'),
        outcome('audit', at('10.1.0.0/16')),
        outcome('allow', at('10.2.0.0/16')),
      ]),
    ).toBe('audit if its address is in 10.1.0.0/16; allow if its address is in 10.2.0.0/16; otherwise deny');
  });

  it('all conditions of a case, with a comma behind one that has a clause of its own', () => {
    expect(
      outcomeWords([
        outcome('deny'),
        outcome('allow', missing('n'), at('10.1.2.3/32')),
        outcome('allow', at('10.2.0.0/16'), missing('m')),
      ]),
    ).toBe(
      'deny, unless networkauthentication shop/n, which authorizationpolicy/p refers to, is there and admits it, ' +
        'and its address is 10.1.2.3 or its address is in 10.2.0.0/16 and networkauthentication shop/m, ' +
        'which authorizationpolicy/p refers to, is there and admits it',
    );
  });

  it('a condition for each verdict, where none is the rule', () => {
    expect(outcomeWords([outcome('deny', oldA), outcome('allow', oldB)])).toBe(
      'deny if server/a is older than server/b; allow if server/b is older than server/a',
    );
  });

  it('under which age what holds, where that differs by the address as well', () => {
    expect(
      outcomeWords([
        outcome('deny', oldA),
        outcome('allow', oldA, at('10.1.2.3/32')),
        outcome('allow', oldB),
        outcome('deny', oldB, at('10.9.0.0/16')),
      ]),
    ).toBe(
      'if server/a is older than server/b: deny, unless its address is 10.1.2.3; ' +
        'if server/b is older than server/a: allow, unless its address is in 10.9.0.0/16',
    );
  });

  it('once what holds under several ages', () => {
    const [a, b, c] = ages('a', 'b', 'c') as unknown as readonly [Condition, Condition, Condition];
    const here = at('10.1.2.3/32');
    expect(
      outcomeWords([
        outcome('deny', a),
        outcome('allow', a, here),
        outcome('deny', b),
        outcome('allow', b, here),
        outcome('allow', c),
      ]),
    ).toBe(
      'if server/a is older than server/b and server/c or server/b is older than server/a and server/c: ' +
        'deny, unless its address is 10.1.2.3; if server/c is older than server/a and server/b: allow',
    );
  });

  it('what holds of pods that still run beside what holds of new ones', () => {
    const [one, other] = sources('one', 'other');
    const old = reachesRunning([one!]);
    expect(outcomeWords([outcome('deny'), outcome('allow', old)])).toBe(
      'deny, unless it reaches server/one, which still runs as it was created',
    );
    expect(outcomeWords([outcome('deny'), outcome('allow', isRunning([other!, one!]))])).toBe(
      'deny, unless it is server/one or server/other, which still run as they were created',
    );
    expect(
      outcomeWords([
        outcome('deny'),
        outcome('allow', at('10.1.2.3/32')),
        outcome('audit', old),
        outcome('deny', old, at('10.9.0.0/16')),
      ]),
    ).toBe(
      'deny, unless its address is 10.1.2.3; if it reaches server/one, which still runs as it was created: ' +
        'audit, unless its address is in 10.9.0.0/16',
    );
  });

  it('the exceptions once, where no other case is without condition', () => {
    expect(
      outcomeWords([
        outcome('deny', oldA),
        outcome('audit', oldA, at('10.1.2.3/32')),
        outcome('allow', oldB),
        outcome('allow', missing('n')),
      ]),
    ).toBe(
      'allow if networkauthentication shop/n, which authorizationpolicy/p refers to, is there and admits it; ' +
        'if server/a is older than server/b: deny, unless its address is 10.1.2.3; ' +
        'if server/b is older than server/a: allow',
    );
  });

  it('only a bound, where it turns on more than four unknowns', () => {
    const pods = sources('pod');
    const [older, younger] = ages('a', 'b') as unknown as readonly [Condition, Condition];
    const all = [
      outcome('deny', older),
      outcome('allow', younger),
      outcome('allow', at('10.1.2.3/32')),
      outcome('audit', missing('n')),
      outcome('allow', reachesRunning(pods)),
    ];
    expect(outcomeWords(all)).not.toContain('bound');
    expect(outcomeWords([...all, outcome('allow', isRunning(pods))])).toBe(
      'deny, allow or audit: it turns on 5 unknowns (which of server/a and server/b is the oldest; its address; ' +
        'whether there is networkauthentication shop/n; which pod it reaches; which of its pods it is), ' +
        'so this is only a bound',
    );
  });
});

describe('what outcomes turn on is', () => {
  const kinds = (...when: readonly Condition[]): string[] =>
    unknownsOf(when.map((one) => outcome('allow', one))).map(({ kind }: Unknown) => kind);

  it('told once: the ages of some objects, the address, and of which end some pods run', () => {
    const [one, other] = sources('one', 'other');
    expect(kinds(oldA, oldB)).toEqual(['age']);
    expect(kinds(at('10.1.2.3/32'), at('10.9.0.0/16'))).toEqual(['address']);
    expect(kinds(reachesRunning([one!]), reachesRunning([other!]))).toEqual(['running']);
    expect(kinds(reachesRunning([one!]), isRunning([one!]))).toEqual(['running', 'running']);
  });

  it('told apart by the objects: other ages, and each that is missing', () => {
    expect(kinds(oldA, ages('a', 'c')[0])).toEqual(['age', 'age']);
    expect(kinds(missing('n'), missing('m'), missing('n'))).toEqual(['reference', 'reference']);
  });
});

describe('of several outcomes', () => {
  it('the first is the verdict, where all agree', () => {
    const first = outcome('allow');
    expect(combined([first, outcome('allow', oldA)])).toBe(first.decision);
  });

  it('it depends, and those of equal verdict and conditions are one', () => {
    const notFound = outcome('not-found');
    const first: Outcome = { ...notFound, decision: { ...notFound.decision, notFound: 'route' } };
    const found = combined([first, outcome('allow', oldA), outcome('allow', oldA), outcome('deny', oldA)]);
    expect(found).toMatchObject({ verdict: 'depends', reason: 'unknown' });
    expect(found).not.toHaveProperty('notFound');
    expect(found.outcomes?.map(({ decision, when }) => [decision.verdict, when.length])).toEqual([
      ['not-found', 0],
      ['allow', 1],
      ['deny', 1],
    ]);
  });
});
