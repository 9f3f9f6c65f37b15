import { JsonPatch, type ApiObject } from 'cdk8s';
import { asText, isFields, valueAt } from '../kubernetes/fields';
import { podTemplatePath } from '../kubernetes/kinds';
import { currentGroup } from '../kubernetes/pod-template-home';
import { DEFAULT_INBOUND_POLICY } from '../linkerd/annotations';
import type { NamespaceRequest } from './namespace-request';
import { formatProp, inspect } from './problems';

/** Kinds whose controllers replace their pods when the template changes. A Job's template cannot be changed. */
const ROLLED: ReadonlyMap<string, string> = new Map([
  ['Deployment', 'apps'],
  ['StatefulSet', 'apps'],
  ['DaemonSet', 'apps'],
  ['Rollout', 'argoproj.io'],
]);

/**
 * Writes the default policy on the pod templates of a jail that asks for it: applying them replaces the pods, which
 * then start with the policy. Returns what is wrong.
 */
export function annotateTemplates(objects: readonly ApiObject[], request: NamespaceRequest): string[] {
  const found = objects.filter(
    ({ kind, apiGroup, metadata }) =>
      ROLLED.get(kind) === currentGroup(apiGroup) && metadata.namespace === request.name,
  );
  if (found.length === 0) {
    const message = `the app has no ${[...ROLLED.keys()].join(', ')} in namespace ${inspect(request.name)} to restart`;
    const remedy = 'leave it out, and restart the pods where they are managed';
    return [formatProp({ field: 'restartOnChange', received: true, message, remedy })];
  }
  return found.flatMap((object) => annotateTemplate(object, request.mode) ?? []);
}

const PATCHED = new WeakSet<ApiObject>();

function annotateTemplate(object: ApiObject, mode: string): string | undefined {
  if (PATCHED.has(object)) return undefined;
  const path = podTemplatePath(object.kind).length > 0 ? podTemplatePath(object.kind) : ['spec', 'template'];
  const body: unknown = object.toJson();
  if (!isFields(valueAt(body, ...path))) return undefined;
  const metadata = valueAt(body, ...path, 'metadata');
  const annotations = valueAt(metadata, 'annotations');
  const present = asText(valueAt(annotations, DEFAULT_INBOUND_POLICY));
  if (present === mode) return undefined;
  if (present !== undefined) {
    const field = `annotation ${DEFAULT_INBOUND_POLICY} on the pods of '${object.node.path}'`;
    const remedy = 'remove the annotation, or leave restartOnChange out';
    return formatProp({ field, received: present, message: `the jail needs ${inspect(mode)}`, remedy });
  }
  PATCHED.add(object);
  const at = `/${path.join('/')}/metadata`;
  if (!isFields(metadata)) object.addJsonPatch(JsonPatch.add(at, {}));
  if (!isFields(annotations)) object.addJsonPatch(JsonPatch.add(`${at}/annotations`, {}));
  const key = DEFAULT_INBOUND_POLICY.replaceAll('/', '~1');
  object.addJsonPatch(JsonPatch.add(`${at}/annotations/${key}`, mode));
  return undefined;
}
