import { asFields, valueAt, type Fields } from '../kubernetes/fields';

/** The relevant parts of a pod template; a Pod is its own template. */
export interface PodTemplate {
  readonly metadata: Fields;
  readonly spec: Fields;
}

/** The pod template of a workload object, given the path where its kind keeps it. */
export function podTemplateAt(object: unknown, path: readonly string[]): PodTemplate {
  const template = asFields(valueAt(object, ...path));
  return { metadata: asFields(template.metadata), spec: asFields(template.spec) };
}
