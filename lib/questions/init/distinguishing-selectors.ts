import { templateOf, type Workload } from '../../cluster/workload';
import type { LabelSelector } from '../../kubernetes/selector';
import { asTextMap, ownValue } from '../../kubernetes/fields';
import { compareText } from '../../basics/collections';

/**
 * Selectors that tell classes of workloads apart, for ports that mean different things in each: no pod matches two of
 * them, and no bystander matches any. `undefined` if the labels do not allow it.
 *
 * @param rest the class that also gets future pods, if there is one
 */
export function distinguishingSelectors(
  classes: readonly (readonly Workload[])[],
  bystanders: readonly Workload[],
  rest: number | undefined,
): readonly LabelSelector[] | undefined {
  for (const key of candidateKeys([...classes.flat(), ...bystanders])) {
    const values = classes.map((workloads) => valuesOf(workloads, key));
    const outside = valuesOf(bystanders, key);
    const named = values.filter((_, index) => index !== rest);
    if (named.some((set) => set.has(undefined)) || (rest !== undefined && outside.has(undefined))) continue;
    if (overlaps([...values, outside])) continue;
    const all = [...named, ...(rest === undefined ? [] : [outside])].flatMap((set) => [...set]);
    return values.map((set, index) =>
      index === rest ? notIn(key, texts(all)) : oneOf(key, texts([...set])),
    );
  }
  return undefined;
}

/** Labels people use to tell workloads apart, the most usual first. */
const USUAL = [
  'app',
  'app.kubernetes.io/name',
  'app.kubernetes.io/component',
  'k8s-app',
  'name',
  'component',
];
/** Labels that change with each rollout or pod. */
const PASSING =
  /^(pod-template-hash|controller-revision-hash|pod-template-generation|job-name|controller-uid|batch\.kubernetes\.io\/.*|statefulset\.kubernetes\.io\/.*|apps\.kubernetes\.io\/.*|version|app\.kubernetes\.io\/version|linkerd\.io\/.*)$/;

function candidateKeys(workloads: readonly Workload[]): string[] {
  const keys = new Set(workloads.flatMap((workload) => Object.keys(labelsOf(workload))));
  const lasting = [...keys].filter((key) => isLabelKey(key) && !PASSING.test(key)).sort(compareText);
  const usual = USUAL.filter((key) => keys.has(key));
  const kinds = new Set(workloads.map(({ kind }) => kind));
  const [kind] = kinds;
  // The injector labels each pod with its workload
  const ofProxy =
    kinds.size === 1 && kind !== undefined && kind !== 'pod'
      ? [`linkerd.io/proxy-${kind.split('.', 1)[0] ?? ''}`]
      : [];
  return [...usual, ...lasting.filter((key) => !USUAL.includes(key)), ...ofProxy];
}

function labelsOf(workload: Workload): Readonly<Record<string, string>> {
  return asTextMap(templateOf(workload.source).metadata.labels);
}

function valuesOf(workloads: readonly Workload[], key: string): Set<string | undefined> {
  return new Set(
    workloads.map((workload) => {
      if (key === `linkerd.io/proxy-${workload.kind}`) return workload.name;
      const value = ownValue(labelsOf(workload), key);
      return value !== undefined && isLabelValue(value) ? value : undefined;
    }),
  );
}

/** What Kubernetes accepts as the key of a label or annotation. */
export function isLabelKey(key: string): boolean {
  const [name = '', prefix] = key.split('/').reverse();
  const isName = name.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name);
  return isName && (prefix === undefined || /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(prefix));
}

function isLabelValue(value: string): boolean {
  return value.length > 0 && value.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(value);
}

/** Whether two of the sets share a value; the caller handles sets that lack the label. */
function overlaps(sets: readonly ReadonlySet<string | undefined>[]): boolean {
  const all = sets.flatMap((set) => [...set].filter((value) => value !== undefined));
  return new Set(all).size < all.length;
}

function texts(values: readonly (string | undefined)[]): string[] {
  return values.filter((value) => value !== undefined).sort(compareText);
}

function oneOf(key: string, values: readonly string[]): LabelSelector {
  const [value] = values;
  if (values.length === 1 && value !== undefined) return { matchLabels: { [key]: value } };
  return { matchExpressions: [{ key, operator: 'In', values }] };
}

function notIn(key: string, values: readonly string[]): LabelSelector {
  return { matchExpressions: [{ key, operator: 'NotIn', values }] };
}
