import { expressionProblem, matchesSelector, type LabelSelector } from '../../lib/kubernetes/selector';

const labels = { app: 'web', tier: 'front' };

describe('a selector of Linkerd policy (3.4)', () => {
  it.each<[string, LabelSelector, boolean]>([
    ['an empty one', {}, true],
    ['empty parts', { matchLabels: {}, matchExpressions: [] }, true],
    ['an equal label', { matchLabels: { app: 'web' } }, true],
    ['another value', { matchLabels: { app: 'db' } }, false],
    ['a label that is not there', { matchLabels: { zone: 'a' } }, false],
    ['a label called like a method of objects', { matchLabels: { constructor: 'x' } }, false],
    ['all of several labels', { matchLabels: { app: 'web', tier: 'back' } }, false],
    [
      'In with the value',
      { matchExpressions: [{ key: 'app', operator: 'In', values: ['db', 'web'] }] },
      true,
    ],
    ['In with other values', { matchExpressions: [{ key: 'app', operator: 'In', values: ['db'] }] }, false],
    ['In on an absent label', { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }, false],
    ['In without values', { matchExpressions: [{ key: 'app', operator: 'In' }] }, false],
    [
      'NotIn with other values',
      { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['db'] }] },
      true,
    ],
    [
      'NotIn with the value',
      { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
      false,
    ],
    [
      'NotIn on an absent label',
      { matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['a'] }] },
      true,
    ],
    ['NotIn with an empty list', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: [] }] }, true],
    ['NotIn without values', { matchExpressions: [{ key: 'zone', operator: 'NotIn' }] }, false],
    ['Exists', { matchExpressions: [{ key: 'app', operator: 'Exists' }] }, true],
    ['Exists on an absent label', { matchExpressions: [{ key: 'zone', operator: 'Exists' }] }, false],
    [
      'Exists with an empty list',
      { matchExpressions: [{ key: 'app', operator: 'Exists', values: [] }] },
      false,
    ],
    ['DoesNotExist', { matchExpressions: [{ key: 'zone', operator: 'DoesNotExist' }] }, true],
    [
      'DoesNotExist on a present label',
      { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] },
      false,
    ],
    [
      'DoesNotExist with an empty list',
      { matchExpressions: [{ key: 'zone', operator: 'DoesNotExist', values: [] }] },
      false,
    ],
    [
      'an operator that does not exist',
      { matchExpressions: [{ key: 'app', operator: 'Near', values: ['web'] }] },
      false,
    ],
    [
      'labels and expressions together',
      { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'In', values: ['back'] }] },
      false,
    ],
  ])('with %s: %#', (_, selector, expected) => {
    expect(matchesSelector(selector, labels)).toBe(expected);
  });

  it('says why an expression can never match', () => {
    expect(expressionProblem({ key: 'a', operator: 'In' })).toBe('In without values matches nothing');
    expect(expressionProblem({ key: 'a', operator: 'Exists', values: [] })).toBe(
      'Exists with values (even an empty list) matches nothing',
    );
    expect(expressionProblem({ key: 'a', operator: 'NotIn', values: [] })).toBeUndefined();
  });
});
