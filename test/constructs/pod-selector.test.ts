import fc from 'fast-check';
import { areDisjoint, canonicalSelector } from '../../lib/constructs/pod-selector';
import { matchesSelector } from '../../lib/kubernetes/selector';
import type { PodSelector } from '../../lib';
import { podLabels, podSelector } from './arbitrary';

/** Every pod that the selectors can tell apart. */
function everyPod(): Record<string, string>[] {
  const values = [undefined, 'a', 'b', 'c', 'another'];
  return values.flatMap((app) =>
    values.map((tier) => ({
      ...(app === undefined ? {} : { app }),
      ...(tier === undefined ? {} : { tier }),
    })),
  );
}

describe('selectors', () => {
  it('are disjoint exactly when no pod is chosen by both', () => {
    fc.assert(
      fc.property(podSelector, podSelector, (a, b) => {
        const [left, right] = [canonicalSelector(a), canonicalSelector(b)];
        const shared = everyPod().some(
          (labels) => matchesSelector(left, labels) && matchesSelector(right, labels),
        );
        expect(areDisjoint(left, right)).toBe(!shared);
      }),
    );
  });

  it('choose the same pods in their canonical form', () => {
    fc.assert(
      fc.property(podSelector, podLabels, (selector, labels) => {
        expect(matchesSelector(canonicalSelector(selector), labels)).toBe(matchesSelector(selector, labels));
      }),
    );
  });

  it.each<[string, PodSelector | undefined, PodSelector]>([
    ['nothing at all', undefined, {}],
    ['empty parts', { matchLabels: {}, matchExpressions: [] }, {}],
    ['order of labels', { matchLabels: { b: '1', a: '2' } }, { matchLabels: { a: '2', b: '1' } }],
    [
      'order and repetition of values',
      { matchExpressions: [{ key: 'a', operator: 'In', values: ['y', 'x', 'y'] }] },
      { matchExpressions: [{ key: 'a', operator: 'In', values: ['x', 'y'] }] },
    ],
  ])('are compared without %s', (_, a, b) => {
    expect(JSON.stringify(canonicalSelector(a))).toBe(JSON.stringify(canonicalSelector(b)));
  });
});
