import { utf8Length } from '../basics/utf8';
import { asFields, isFields, type Fields } from '../kubernetes/fields';
import type { KubeObject } from '../kubernetes/object';
import { GENERATED_NAME_SUFFIX } from '../manifests/normalize-object';
import { systemMetadataViolations } from './system-metadata';
import {
  fits,
  isKey,
  KEY,
  LABEL,
  LABEL_NAME,
  metadataViolation as violation,
  subdomain,
  SUBDOMAIN,
  type NameForm,
} from './name-forms';
import type { Violation } from './violation';

/** Names of Kubernetes' own kinds, by `apiVersion/kind`; kinds not listed may have other rules. */
const CORE_NAMES: ReadonlyMap<string, NameForm> = new Map([
  ['v1/Namespace', LABEL],
  // It may begin with a digit since Kubernetes 1.36; what an older one refuses is not known from files.
  ['v1/Service', LABEL],
  ...['Pod', 'ReplicationController', 'ServiceAccount', 'ConfigMap', 'Secret'].map(
    (kind): [string, NameForm] => [`v1/${kind}`, SUBDOMAIN],
  ),
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].map((kind): [string, NameForm] => [
    `apps/v1/${kind}`,
    SUBDOMAIN,
  ]),
  ['batch/v1/Job', SUBDOMAIN],
  ['batch/v1/CronJob', subdomain(52)],
]);

const LABEL_VALUE =
  'have at most 63 letters, digits, "-", "_" and ".", with a letter or digit first and last';

/** The limit for all annotations together, keys and values. */
const ANNOTATIONS_LIMIT = 256 * 1024;

/** What the API server checks in every object's metadata; name forms are checked for kinds where they are known. */
export function metadataViolations(object: KubeObject, isCustom: boolean): Violation[] {
  const metadata: unknown = object.metadata;
  if (!isFields(metadata)) {
    return [violation('metadata', metadata, 'be a mapping with a name', 'add metadata with a name')];
  }
  const form = isCustom ? SUBDOMAIN : CORE_NAMES.get(`${object.apiVersion}/${object.kind}`);
  return [
    ...nameViolations(metadata, form),
    ...generateNameViolations(metadata.generateName, form),
    ...namespaceViolations(metadata.namespace),
    ...labelViolations(metadata.labels),
    ...annotationViolations(metadata.annotations),
    // Of other kinds a dump without what the cluster wrote is still good to judge.
    ...(isCustom ? systemMetadataViolations(metadata) : []),
  ];
}

function nameViolations({ name, generateName }: Fields, form: NameForm | undefined): Violation[] {
  const isAbsent = name === undefined || name === null || name === '';
  // The cluster completes the name.
  if (isAbsent && typeof generateName === 'string' && generateName !== '') return [];
  if (typeof name !== 'string' || name === '') {
    return [violation('metadata.name', name, 'be a non-empty string', 'give the object a name')];
  }
  const known = name.endsWith(GENERATED_NAME_SUFFIX)
    ? inside(name.slice(0, -GENERATED_NAME_SUFFIX.length))
    : name;
  if (form === undefined || fits(known, form)) return [];
  return [violation('metadata.name', name, form.must, 'rename the object')];
}

/** Checked even beside a name. */
function generateNameViolations(name: unknown, form: NameForm | undefined): Violation[] {
  if (name === undefined || name === null || name === '') return [];
  if (typeof name !== 'string')
    return [violation('metadata.generateName', name, 'be a string', 'put it in quotes')];
  if (form === undefined || fits(inside(name), form)) return [];
  return [violation('metadata.generateName', name, form.must, 'correct the name')];
}

/** A name that the cluster completes may end with what only an inner letter may be. */
function inside(name: string): string {
  return name.replace(/[-.]$/, 'a');
}

function namespaceViolations(namespace: unknown): Violation[] {
  if (namespace === undefined || namespace === null || namespace === '') return [];
  if (typeof namespace === 'string' && fits(namespace, LABEL)) return [];
  return [violation('metadata.namespace', namespace, LABEL.must, 'name an existing namespace')];
}

function labelViolations(labels: unknown): Violation[] {
  const violations = mapViolations('labels', labels);
  const map = asFields(labels);
  for (const key of Object.keys(map)) {
    const value = map[key];
    if (typeof value !== 'string') continue;
    const isValue = value === '' || (value.length <= 63 && LABEL_NAME.test(value));
    if (isValue && isKey(key)) continue;
    const field = `metadata.labels["${key}"]`;
    violations.push(
      isKey(key) ? violation(field, value, LABEL_VALUE) : violation(field, key, KEY, 'rename the label'),
    );
  }
  return violations;
}

function annotationViolations(annotations: unknown): Violation[] {
  const violations = mapViolations('annotations', annotations);
  let size = 0;
  const map = asFields(annotations);
  for (const key of Object.keys(map)) {
    const value = map[key];
    if (typeof value !== 'string') continue;
    size += utf8Length(key) + utf8Length(value);
    if (!isKey(key.toLowerCase()))
      violations.push(violation(`metadata.annotations["${key}"]`, key, KEY, 'rename the annotation'));
  }
  if (size > ANNOTATIONS_LIMIT) {
    const message = `have ${size} bytes in total; they must have at most ${ANNOTATIONS_LIMIT}`;
    const remedy = 'keep large data elsewhere';
    violations.push({ rule: 'metadata', field: 'metadata.annotations', message, remedy });
  }
  return violations;
}

/** `labels` and `annotations` are mappings of strings. */
function mapViolations(member: string, map: unknown): Violation[] {
  if (map === undefined || map === null) return [];
  const field = `metadata.${member}`;
  if (!isFields(map)) return [violation(field, map, 'be a mapping of strings', 'write it as key: value')];
  const violations: Violation[] = [];
  for (const key of Object.keys(map)) {
    const value = map[key];
    // No value is stored as the empty one.
    if (typeof value === 'string' || value === null) continue;
    violations.push(violation(`${field}["${key}"]`, value, 'be a string', 'put it in quotes'));
  }
  return violations;
}
