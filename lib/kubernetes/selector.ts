import { ownValue } from './fields';

/** One requirement of a label selector; to Linkerd, absent `values` and `values: []` differ. */
export interface LabelExpression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** A label selector as in Linkerd's CRDs. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelExpression[];
}

export type Labels = Readonly<Record<string, string>>;

/**
 * Whether a selector matches labels, by the policy controller's own rules (linkerd-policy 3.4), which differ from
 * kubectl's: an expression with values where none belong (or without where some do) matches nothing.
 */
export function matchesSelector(selector: LabelSelector, labels: Labels): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    if (ownValue(labels, key) !== value) return false;
  }
  return (selector.matchExpressions ?? []).every((expression) => matchesExpression(expression, labels));
}

/** Why an expression can never match (linkerd-policy 3.4), or `undefined` if it can. */
export function expressionProblem({ operator, values }: LabelExpression): string | undefined {
  if ((operator === 'In' || operator === 'NotIn') && values === undefined)
    return `${operator} without values matches nothing`;
  if ((operator === 'Exists' || operator === 'DoesNotExist') && values !== undefined) {
    return `${operator} with values (even an empty list) matches nothing`;
  }
  return undefined;
}

function matchesExpression(expression: LabelExpression, labels: Labels): boolean {
  if (expressionProblem(expression) !== undefined) return false;
  const value = ownValue(labels, expression.key);
  const values = expression.values ?? [];
  switch (expression.operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
