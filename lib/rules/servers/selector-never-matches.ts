import { expressionProblem, type LabelExpression } from '../../kubernetes/selector';
import { valueAt, isFields, asList } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import type { Rule } from '../rule';
import { objectsOf } from '../../cluster/inventory';
import type { Path } from '../../kubernetes/path';
import { quote } from '../../basics/words';
import { label } from '../../cluster/labels';
import { POLICY_GROUP } from '../../kubernetes/kinds';

const SELECTORS: readonly (readonly [kind: string, paths: readonly (readonly string[])[]])[] = [
  [
    'Server',
    [
      ['spec', 'podSelector'],
      ['spec', 'externalWorkloadSelector'],
    ],
  ],
  ['ServerAuthorization', [['spec', 'server', 'selector']]],
];

export const selectorNeverMatches: Rule = {
  id: 'selector-never-matches',
  severity: 'error',
  title: 'A selector has an expression that Linkerd never matches.',
  check(cluster) {
    return SELECTORS.flatMap(([kind, paths]) =>
      objectsOf(cluster, POLICY_GROUP, kind).flatMap((source) =>
        paths.flatMap((path) =>
          faults(source, path).map(({ path: place, problem }) => ({
            object: source,
            path: place,
            text: `A selector of ${label(cluster, source)} can never match: ${problem}. Linkerd then matches nothing with the whole selector, and the cluster reports no error.`,
            remedy:
              'give In and NotIn a list of values; give Exists and DoesNotExist none, not even an empty one',
          })),
        ),
      ),
    );
  },
};

function faults(source: SourceObject, path: readonly string[]): { path: Path; problem: string }[] {
  return asList(valueAt(source.object, ...path, 'matchExpressions')).flatMap((entry, index) => {
    if (!isFields(entry)) return [];
    const expression = entry as unknown as LabelExpression;
    const place = [...path, 'matchExpressions', index];
    const known = ['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(expression.operator);
    const problem = known
      ? expressionProblem(expression)
      : `${quote(expression.operator)} is not an operator`;
    return problem === undefined ? [] : [{ path: place, problem }];
  });
}
