import { isFields, valueAt } from './fields';
import { CORE_GROUP, POD_TEMPLATES } from './kinds';
import type { KubeObject } from './object';
import { groupOf } from './references';

/** Places where kinds of other APIs keep the template of the pods that they make. */
const HOMES: readonly (readonly string[])[] = [
  ['spec', 'template'],
  ['spec', 'jobTemplate', 'spec', 'template'],
  ['spec', 'jobTargetRef', 'template'],
  ['spec', 'template', 'spec', 'template'],
];

/** Groups that Kubernetes has given up; their kinds moved to `apps`. */
const FORMER_GROUPS: ReadonlyMap<string, string> = new Map([['extensions', 'apps']]);

/** The group that the kinds of a group are in today. */
export function currentGroup(group: string): string {
  return FORMER_GROUPS.get(group) ?? group;
}

/** Whether an object is of a kind of Kubernetes' own that runs pods, in whatever version. */
export function isWellKnownWorkload({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  return POD_TEMPLATES.get(kind)?.group === currentGroup(groupOf(apiVersion));
}

/**
 * Where an object keeps the template of its pods: by its kind where that is Kubernetes' own, else by its shape, because any
 * operator may bring kinds that run pods. `undefined` if it runs none. A core PodTemplate runs none; it is only kept.
 */
export function podTemplateHome(object: KubeObject): readonly string[] | undefined {
  const { apiVersion, kind } = object;
  const known = POD_TEMPLATES.get(kind);
  // Most objects are of Kubernetes' core group, in which nobody adds kinds.
  if (apiVersion === 'v1') return known?.group === CORE_GROUP ? known.path : undefined;
  if (known !== undefined && known.group === currentGroup(groupOf(apiVersion))) return known.path;
  return shapeOfTemplate(object);
}

/** Where anything that has a pod template keeps it, whatever its kind. */
export function shapeOfTemplate(object: unknown): readonly string[] | undefined {
  return HOMES.find((path) => hasContainers(valueAt(object, ...path)));
}

function hasContainers(template: unknown): boolean {
  const containers = valueAt(template, 'spec', 'containers');
  return Array.isArray(containers) && containers.some(isFields);
}
