import type { LabelSelector } from '../kubernetes/selector';
import { expressionProblem } from '../kubernetes/selector';
import type { Problems } from './problems';
import { compareText, memoized } from '../basics/collections';

/** One requirement of a `PodSelector` on one label key. */
export interface PodSelectorExpression {
  /** The label's key. */
  readonly key: string;
  /** How the label is compared: `In` and `NotIn` need `values`, `Exists` and `DoesNotExist` must not have any. */
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  /**
   * The values to compare the label with.
   *
   * @default - none, as `Exists` and `DoesNotExist` require
   */
  readonly values?: string[];
}

/** Selects pods by their labels. An empty selector selects every pod. */
export interface PodSelector {
  /**
   * Labels that a pod must have, with their values.
   *
   * @default - no requirement
   */
  readonly matchLabels?: { [label: string]: string };
  /**
   * Requirements that a pod's labels must all meet.
   *
   * @default - no requirement
   */
  readonly matchExpressions?: PodSelectorExpression[];
}

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const WORD = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** Checks a selector against Kubernetes' rules for labels and Linkerd's for expressions; true if it is valid. */
export function checkSelector(
  problems: Problems,
  field: string,
  selector: unknown,
): selector is PodSelector | undefined {
  if (selector === undefined) return true;
  const before = problems.all.length;
  if (!isRecord(selector)) {
    problems.add(field, selector, 'must be { matchLabels, matchExpressions }', "give the pods' labels");
    return false;
  }
  for (const key of Object.keys(selector)) {
    if (key !== 'matchLabels' && key !== 'matchExpressions') {
      const rule = 'is not a selector field; a selector has matchLabels and matchExpressions';
      problems.add(`${field}.${key}`, selector[key], rule, 'put labels under matchLabels');
    }
  }
  checkLabels(problems, `${field}.matchLabels`, selector['matchLabels']);
  checkExpressions(problems, `${field}.matchExpressions`, selector['matchExpressions']);
  return problems.all.length === before;
}

/** The selector of every pod. */
const EVERY_POD: LabelSelector = { matchLabels: {} };

/** A selector in one form, so that two spellings of it compare equal; `{}` becomes `{ matchLabels: {} }`. */
export function canonicalSelector(selector: PodSelector | undefined): LabelSelector {
  if (selector === undefined) return EVERY_POD;
  const labels = Object.entries(selector.matchLabels ?? {}).sort(byFirst);
  const expressions = (selector.matchExpressions ?? [])
    .map(({ key, operator, values }) => ({
      key,
      operator,
      ...(values === undefined ? {} : { values: [...new Set(values)].sort() }),
    }))
    .sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));
  if (expressions.length === 0) return { matchLabels: Object.fromEntries(labels) };
  if (labels.length === 0) return { matchExpressions: expressions };
  return { matchLabels: Object.fromEntries(labels), matchExpressions: expressions };
}

/** Equal for equal selectors. */
export function selectorKey(selector: LabelSelector): string {
  return selector === EVERY_POD ? '{"matchLabels":{}}' : JSON.stringify(selector);
}

/** Whether a selector selects every pod. */
export function selectsEverything(selector: LabelSelector): boolean {
  return (
    Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
  );
}

/** What two selectors together require of one label. */
interface Demand {
  in?: Set<string>;
  readonly notIn: Set<string>;
  absent: boolean;
  present: boolean;
}

/**
 * Whether no pod can match both selectors. Labels are independent of each other, so this is true exactly when some
 * label cannot meet both requirements.
 */
export function areDisjoint(a: LabelSelector, b: LabelSelector): boolean {
  const demands = new Map<string, Demand>();
  for (const selector of [a, b]) {
    for (const [key, value] of Object.entries(selector.matchLabels ?? {}))
      demandIn(demandOf(demands, key), [value]);
    for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
      const demand = demandOf(demands, key);
      if (operator === 'In') demandIn(demand, values);
      else if (operator === 'NotIn') values.forEach((value) => demand.notIn.add(value));
      else if (operator === 'Exists') demand.present = true;
      else demand.absent = true;
    }
  }
  return [...demands.values()].some((demand) => !isSatisfiable(demand));
}

function isSatisfiable(demand: Demand): boolean {
  if (demand.absent) return !demand.present && demand.in === undefined;
  return demand.in === undefined || [...demand.in].some((value) => !demand.notIn.has(value));
}

function demandOf(demands: Map<string, Demand>, key: string): Demand {
  return memoized(demands, key, () => ({ notIn: new Set(), absent: false, present: false }));
}

function demandIn(demand: Demand, values: readonly string[]): void {
  const before = demand.in;
  demand.in = new Set(before === undefined ? values : values.filter((value) => before.has(value)));
}

function checkLabels(problems: Problems, field: string, labels: unknown): void {
  if (labels === undefined) return;
  if (!isRecord(labels)) {
    problems.add(field, labels, 'must be an object of label keys and values', "copy the pods' labels");
    return;
  }
  for (const [key, value] of Object.entries(labels)) {
    checkLabelKey(problems, field, key);
    checkLabelValue(problems, `${field}[${JSON.stringify(key)}]`, value);
  }
}

function checkExpressions(problems: Problems, field: string, expressions: unknown): void {
  if (expressions === undefined) return;
  if (!Array.isArray(expressions)) {
    problems.add(field, expressions, 'must be a list of { key, operator, values }', 'write a list');
    return;
  }
  expressions.forEach((expression: unknown, index) => {
    const place = `${field}[${index}]`;
    if (!isRecord(expression)) {
      problems.add(place, expression, 'must be { key, operator, values }', 'write an object');
      return;
    }
    const { key, operator, values } = expression;
    checkLabelKey(problems, `${place}.key`, key);
    if (typeof operator !== 'string' || !OPERATORS.includes(operator)) {
      problems.add(
        `${place}.operator`,
        operator,
        `must be one of ${OPERATORS.join(', ')}`,
        'choose one of them',
      );
      return;
    }
    if (values !== undefined && !Array.isArray(values)) {
      problems.add(`${place}.values`, values, 'must be a list of strings', 'write a list');
      return;
    }
    values?.forEach((value: unknown, at) => checkLabelValue(problems, `${place}.values[${at}]`, value));
    const rule = expressionProblem({
      key: String(key),
      operator,
      ...(values === undefined ? {} : { values }),
    });
    if (rule !== undefined) problems.add(place, expression, rule, 'give values to In and NotIn only');
    else if (operator === 'In' && values?.length === 0) {
      problems.add(place, expression, 'In with an empty list matches nothing', 'list the values');
    }
  });
}

function checkLabelKey(problems: Problems, field: string, key: unknown): void {
  if (typeof key === 'string') {
    const slash = key.indexOf('/');
    const prefix = key.slice(0, Math.max(slash, 0));
    const prefixed = slash < 0 || (prefix.length <= 253 && PREFIX.test(prefix));
    const name = key.slice(slash + 1);
    if (prefixed && name.length <= 63 && WORD.test(name)) return;
  }
  const rule =
    'must be a label key: up to 63 of A-Z, a-z, 0-9, "-", "_", ".", with an optional DNS prefix and "/"';
  problems.add(field, key, rule, "copy the key from the pods' labels");
}

function checkLabelValue(problems: Problems, field: string, value: unknown): void {
  if (typeof value === 'string' && (value === '' || (value.length <= 63 && WORD.test(value)))) return;
  const rule = 'must be a label value: a string of up to 63 of A-Z, a-z, 0-9, "-", "_", "."';
  problems.add(field, value, rule, "copy the value from the pods' labels, in quotes");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byFirst(a: readonly [string, string], b: readonly [string, string]): number {
  return compareText(a[0], b[0]);
}
