import { ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { groupBy } from '../basics/collections';
import { POLICY_GROUP } from '../kubernetes/kinds';
import { isGenerated } from './generated-object';

/** What must be applied before what: definitions of policy's kinds, the Namespace, policy, and then what it is about. */
enum Rank {
  DEFINITION,
  NAMESPACE,
  POLICY,
  OTHER,
}

/**
 * Orders what each chart has of a namespace with policy, so that a first `kubectl apply` of its file works, and no pod
 * starts before its Namespace has the annotation. cdk8s writes a chart's objects in the order of the tree, each after
 * those it depends on. So the first object of a rank depends on every later one of the ranks before it: no more edges
 * than there are objects, and none between charts, which would rename files.
 */
export function orderObjects(
  root: IConstruct,
  objects: readonly ApiObject[],
  policed: ReadonlySet<string>,
): void {
  // As most apps are: the jail is declared first, and nothing depends on anything
  if (isOrdered(objects) && root.node.findAll().every(({ node }) => node.dependencies.length === 0)) return;
  for (const ofChart of groupBy(objects, (object) => Chart.of(object)).values()) {
    const namespaces = new Set(ofChart.filter(isGenerated).map(namespaceOf));
    for (const object of ofChart) {
      if (object.kind === 'Namespace' && policed.has(object.name)) namespaces.add(object.name);
    }
    if (namespaces.size === 0) continue;
    const written = writingOrder(ofChart);
    const definitions = written.filter(isPolicyDefinition);
    for (const [namespace, group] of groupBy(written, namespaceOf)) {
      if (namespace === undefined || !namespaces.has(namespace)) continue;
      const together =
        definitions.length === 0
          ? group
          : written.filter((object) => definitions.includes(object) || namespaceOf(object) === namespace);
      putBefore(together, Rank.POLICY);
      putBefore(together, Rank.OTHER);
    }
  }
}

/** Whether the tree itself has everything of each namespace in order. */
function isOrdered(objects: readonly ApiObject[]): boolean {
  const reached = new Map<string | undefined, Rank>();
  return objects.every((object) => {
    const [namespace, rank] = [namespaceOf(object), rankOf(object)];
    if (rank === Rank.DEFINITION) return false;
    const before = reached.get(namespace) ?? Rank.DEFINITION;
    if (rank > before) reached.set(namespace, rank);
    return rank >= before;
  });
}

/** The namespace that an object is in, or that it is. */
function namespaceOf({ kind, name, metadata }: ApiObject): string | undefined {
  return kind === 'Namespace' ? name : metadata.namespace;
}

function isPolicyDefinition({ kind, name }: ApiObject): boolean {
  return kind === 'CustomResourceDefinition' && name.endsWith(`.${POLICY_GROUP}`);
}

function rankOf(object: ApiObject): Rank {
  if (isPolicyDefinition(object)) return Rank.DEFINITION;
  if (object.kind === 'Namespace') return Rank.NAMESPACE;
  return isGenerated(object) ? Rank.POLICY : Rank.OTHER;
}

/** Makes the first object of a rank depend on those of lower ranks that would come later. */
function putBefore(written: readonly ApiObject[], rank: Rank): void {
  const at = written.findIndex((object) => rankOf(object) >= rank);
  const first = written[at];
  if (first === undefined) return;
  const late = written.slice(at + 1).filter((object) => rankOf(object) < rank);
  late.sort((a, b) => rankOf(a) - rankOf(b));
  for (const object of late) {
    // Whatever the user makes it depend on comes first all the same
    if (!needs(object, first)) first.node.addDependency(object);
  }
}

/** The order in which cdk8s will write a chart's objects. */
function writingOrder(objects: readonly ApiObject[]): ApiObject[] {
  const dependencies = new Map(objects.map((object) => [object, dependenciesOf(object, objects)]));
  const depended = new Set([...dependencies.values()].flat());
  const written = new Set<ApiObject>();
  const open = new Set<ApiObject>();
  const write = (object: ApiObject): void => {
    if (open.has(object) || written.has(object)) return;
    open.add(object);
    dependencies.get(object)?.forEach(write);
    open.delete(object);
    written.add(object);
  };
  objects.filter((object) => !depended.has(object)).forEach(write);
  // Only a cycle, which cdk8s refuses, leaves any
  return [...written];
}

/** The objects of its chart that an object depends on, by itself or by a construct around it. */
function dependenciesOf(object: ApiObject, objects: readonly ApiObject[]): ApiObject[] {
  const targets = object.node.scopes.flatMap(({ node }) => node.dependencies);
  if (targets.length === 0) return [];
  const chart = objects[0] === undefined ? undefined : Chart.of(objects[0]);
  return targets
    .flatMap((target) => target.node.findAll())
    .filter((inner) => ApiObject.isApiObject(inner))
    .filter((inner) => inner !== object && Chart.of(inner) === chart);
}

function needs(object: ApiObject, other: ApiObject, seen = new Set<IConstruct>()): boolean {
  if (object === other) return true;
  if (seen.has(object)) return false;
  seen.add(object);
  const targets = object.node.scopes.flatMap(({ node }) => node.dependencies);
  return targets
    .flatMap((target) => target.node.findAll())
    .some((inner) => ApiObject.isApiObject(inner) && needs(inner, other, seen));
}
