import { oncePer } from '../basics/collections';
import { isFields, valueAt, asText, type Fields } from './fields';
import { CORE_GROUP, isPolicyGroup } from './kinds';
import { groupOf } from './references';
import { isWellKnownWorkload, shapeOfTemplate } from './pod-template-home';

/** A template that an object keeps elsewhere than at the usual place for one. */
export interface FurtherTemplate {
  readonly path: readonly (string | number)[];
  /** What tells it from the object's other ones: the name of its role, or its number. */
  readonly role: string;
  readonly template: Fields;
}

/**
 * Pods that an object of another API lists one by one, as a StrimziPodSet does, and templates in lists, one for each
 * role, or under names of their own. They are known by their shape: `spec.containers`, each with a name that a container
 * can have; patterns of a policy engine have none.
 */
export function furtherTemplates(object: Fields): readonly FurtherTemplate[] {
  const [apiVersion, kind] = [asText(object.apiVersion) ?? '', asText(object.kind) ?? ''];
  const group = groupOf(apiVersion);
  // Nearly all objects are of these kinds: it costs less to ask again than to remember each of them.
  if (group === CORE_GROUP || isPolicyGroup(group) || isWellKnownWorkload({ apiVersion, kind })) return NONE;
  return found(object);
}

const found = oncePer((object: Fields): readonly FurtherTemplate[] => {
  const { spec } = object;
  if (!isFields(spec)) return NONE;
  const usual = shapeOfTemplate(object)?.join('.');
  const all: FurtherTemplate[] = [];
  search(spec, ['spec'], [], { found: all, seen: new Set() });
  return all.filter(({ path }) => path.join('.') !== usual);
});

const NONE: readonly FurtherTemplate[] = [];
const DEEPEST = 12;
const CONTAINER_NAME = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
/** Keys that say only that a template follows. */
const SILENT = new Set(['spec', 'template', 'podTemplate', 'jobTemplate']);

interface Search {
  readonly found: FurtherTemplate[];
  /** An alias may lead to one value along many paths. */
  readonly seen: Set<object>;
}

function search(
  value: object,
  path: readonly (string | number)[],
  roles: readonly string[],
  state: Search,
): void {
  if (path.length > DEEPEST || state.seen.has(value)) return;
  state.seen.add(value);
  if (isTemplate(value)) {
    state.found.push({ path, role: roles.at(-1) ?? '', template: value });
    return;
  }
  const below = Array.isArray(value) ? [...(value as unknown[]).entries()] : Object.entries(value);
  for (const [key, one] of below) {
    if (typeof one !== 'object' || one === null) continue;
    search(
      one as object,
      [...path, key],
      SILENT.has(String(key)) ? roles : [...roles, roleOf(key, one)],
      state,
    );
  }
}

function roleOf(key: string | number, value: unknown): string {
  if (typeof key === 'string') return key.replace(/(?:Pod)?Template$/, '');
  return asText(valueAt(value, 'name')) ?? asText(valueAt(value, 'groupName')) ?? String(key);
}

function isTemplate(value: object): value is Fields {
  const containers = valueAt(value, 'spec', 'containers');
  return (
    Array.isArray(containers) &&
    containers.length > 0 &&
    containers.every((container) => CONTAINER_NAME.test(asText(valueAt(container, 'name')) ?? ''))
  );
}
