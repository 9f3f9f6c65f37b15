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
  return (
    byOneLabel(classes, bystanders, rest) ??
    oneByOne(classes, bystanders) ??
    byOneThatLacksIt(classes, bystanders)
  );
}

/** A single label that tells all classes apart. */
function byOneLabel(
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

/**
 * A selector for each class by itself: one label, what all its pods have in common, or what the injector labels them. The
 * labels of two classes must show that no pod, also of the future, is in both.
 */
function oneByOne(
  classes: readonly (readonly Workload[])[],
  bystanders: readonly Workload[],
): readonly LabelSelector[] | undefined {
  const byLabels = classes.map((workloads, index) => {
    const others = [...classes.filter((_, other) => other !== index).flat(), ...bystanders];
    return byOneLabel([workloads], others, undefined)?.[0] ?? byCommonLabels(workloads, others);
  });
  return allDisjoint(byLabels) ?? allDisjoint(byOwners(classes, bystanders));
}

/** A label that one class lacks and that tells the others apart; pods that others bring, and that lack it too, would count as its. */
function byOneThatLacksIt(
  classes: readonly (readonly Workload[])[],
  bystanders: readonly Workload[],
): readonly LabelSelector[] | undefined {
  for (const key of candidateKeys(classes.flat())) {
    const values = classes.map((workloads) => valuesOf(workloads, key));
    const outside = valuesOf(bystanders, key);
    const lacking = values.filter((set) => set.has(undefined));
    if (lacking.length !== 1 || lacking[0]?.size !== 1 || outside.has(undefined)) continue;
    if (overlaps([...values, outside]) || isOddlyLabelled(classes.flat(), key)) continue;
    return values.map((set) =>
      set.has(undefined)
        ? { matchExpressions: [{ key, operator: 'DoesNotExist' as const }] }
        : oneOf(key, texts([...set])),
    );
  }
  return undefined;
}

/** Whether some have the label with a value that no selector can name. */
function isOddlyLabelled(workloads: readonly Workload[], key: string): boolean {
  return workloads.some((workload) => {
    const value = ownValue(labelsOf(workload), key);
    return value !== undefined && !isLabelValue(value);
  });
}

/** The selectors, if there is one for each class and each two need different values of one label. */
function allDisjoint(
  selectors: readonly (LabelSelector | undefined)[],
): readonly LabelSelector[] | undefined {
  const found = selectors.filter((selector) => selector !== undefined);
  const values = found.map(neededValues);
  const isDisjoint = values.every((one, index) =>
    values.slice(index + 1).every((other) =>
      [...one].some(([key, wanted]) => {
        const others = other.get(key);
        return others !== undefined && !wanted.some((value) => others.includes(value));
      }),
    ),
  );
  return found.length === selectors.length && isDisjoint ? found : undefined;
}

/** The values that a selector wants of each label; none of one that must be absent. */
function neededValues({
  matchLabels = {},
  matchExpressions = [],
}: LabelSelector): Map<string, readonly string[]> {
  return new Map([
    ...Object.entries(matchLabels).map(([key, value]) => [key, [value]] as const),
    ...matchExpressions.map(({ key, values = [] }) => [key, values] as const),
  ]);
}

/** As few labels as tell them from the others, of those that all of them have. */
function byCommonLabels(
  workloads: readonly Workload[],
  others: readonly Workload[],
): LabelSelector | undefined {
  const common = candidateKeys(workloads).flatMap((key): [string, string][] => {
    const [value, ...more] = valuesOf(workloads, key);
    return value === undefined || more.length > 0 ? [] : [[key, value]];
  });
  const excludes = (labels: readonly (readonly [string, string])[]): boolean =>
    others.every((other) => labels.some(([key, value]) => ownValue(labelsOf(other), key) !== value));
  if (!excludes(common)) return undefined;
  const needed = common.reduceRight((kept, label) => {
    const without = kept.filter((other) => other !== label);
    return excludes(without) ? without : kept;
  }, common);
  return { matchLabels: Object.fromEntries(needed) };
}

/**
 * The injector labels each pod with its workload, by a label of the workload's kind, which no other pod has so. Pods that
 * nothing made have none.
 */
function byOwners(
  classes: readonly (readonly Workload[])[],
  bystanders: readonly Workload[],
): (LabelSelector | undefined)[] {
  const all = [...classes.flat(), ...bystanders];
  return classes.map((workloads) => {
    const [key, ...more] = new Set(workloads.map(({ kind }) => ownerKey(kind)));
    const others = all.filter((other) => !workloads.includes(other));
    const keys = new Set(others.map(({ kind }) => ownerKey(kind)));
    if (more.length > 0 || (key === undefined && keys.has(undefined))) return undefined;
    const absent = [...keys]
      .filter((other) => other !== undefined && other !== key)
      .sort((one, other) => compareText(one ?? '', other ?? ''))
      .flatMap((other) => (other === undefined ? [] : [{ key: other, operator: 'DoesNotExist' as const }]));
    if (key === undefined) return absent.length === 0 ? undefined : { matchExpressions: absent };
    const names = workloads.map(({ name }) => name).sort(compareText);
    if (!names.every(isLabelValue)) return undefined;
    const own = oneOf(key, names);
    // Two classes must differ in one label; a bystander differs already, because it lacks this one
    if (absent.length === 0 || classes.length === 1) return own;
    return { ...own, matchExpressions: [...(own.matchExpressions ?? []), ...absent] };
  });
}

function ownerKey(kind: string): string | undefined {
  return kind === 'pod' || kind === 'externalworkload'
    ? undefined
    : `linkerd.io/proxy-${kind.split('.', 1)[0] ?? ''}`;
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
  return [...usual, ...lasting.filter((key) => !USUAL.includes(key))];
}

function labelsOf(workload: Workload): Readonly<Record<string, string>> {
  return asTextMap(templateOf(workload.source).metadata.labels);
}

function valuesOf(workloads: readonly Workload[], key: string): Set<string | undefined> {
  return new Set(
    workloads.map((workload) => {
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
