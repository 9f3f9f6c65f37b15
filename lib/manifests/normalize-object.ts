import { isFields, type Fields, ownValue } from '../kubernetes/fields';
import { pathText, type Path } from '../kubernetes/path';
import type { Fault } from '../kubernetes/fault';
import { describe } from '../kubernetes/fault';
import { podTemplatePath } from '../kubernetes/kinds';

type Mutable = Record<string, unknown>;

/** Stands for the part of a generated name that the cluster chooses; no real name contains it. */
export const GENERATED_NAME_SUFFIX = '…';

/**
 * Checks what every Kubernetes object has: `apiVersion`, `kind` and `metadata` of the right types. Fields that the API
 * server treats as absent (`labels: null`, `namespace: ""`, `creationTimestamp: null`) are removed, labels and annotations
 * without a value get the empty one that the API server stores, and an object with only `generateName` gets that name
 * followed by `…`.
 */
export function normalizeObject(value: Mutable): Fault[] {
  const faults: Fault[] = [];
  checkWord(value, 'apiVersion', faults);
  checkWord(value, 'kind', faults);
  const metadata = ownValue(value, 'metadata');
  if (!isFields(metadata)) {
    faults.push({
      path: ['metadata'],
      message: `metadata is ${describe(metadata)}, but it must be a mapping with a name`,
      remedy: 'add metadata with a name',
    });
    return faults;
  }
  checkName(metadata as Mutable, faults);
  checkMetadata(metadata as Mutable, ['metadata'], faults);
  if (typeof value.kind === 'string') checkPodMetadata(value, value.kind, faults);
  return faults;
}

function checkWord(value: Fields, field: 'apiVersion' | 'kind', faults: Fault[]): void {
  const word = ownValue(value, field);
  if (typeof word === 'string' && (field === 'kind' ? /^[^\s/]+$/ : /^[^\s/]+(?:\/[^\s/]+)?$/).test(word))
    return;
  const example = field === 'kind' ? 'kind: Server' : 'apiVersion: policy.linkerd.io/v1beta3';
  faults.push({
    path: [field],
    message: `${field} is ${describe(word)}, but it must be ${field === 'kind' ? 'a single word' : 'GROUP/VERSION, or v1'}`,
    remedy: `write it like '${example}'`,
  });
}

function checkName(metadata: Mutable, faults: Fault[]): void {
  const name = ownValue(metadata, 'name');
  const generate = ownValue(metadata, 'generateName');
  if (typeof name === 'string' && name !== '') {
    checkLetters(name, 'name', faults);
  } else if (
    (name === undefined || name === null || name === '') &&
    typeof generate === 'string' &&
    generate !== ''
  ) {
    checkLetters(generate, 'generateName', faults);
    metadata.name = `${generate}${GENERATED_NAME_SUFFIX}`;
  } else {
    const quote = typeof name === 'number' || typeof name === 'boolean';
    faults.push({
      path: ['metadata', 'name'],
      message: `metadata.name is ${describe(name)}, but it must be a non-empty string`,
      remedy: quote ? `quote it, as in name: "${String(name)}"` : 'give the object a name',
    });
  }
}

function checkLetters(name: string, field: 'name' | 'generateName', faults: Fault[]): void {
  if (!/[/%\s]/.test(name)) return;
  faults.push({
    path: ['metadata', field],
    message: `metadata.${field} is ${describe(name)}, but a name must not contain blanks, / or %`,
    remedy: 'use only lower-case letters, digits, - and .',
  });
}

function checkPodMetadata(value: Fields, kind: string, faults: Fault[]): void {
  const template = podTemplatePath(kind);
  if (template.length === 0) return; // a Pod's metadata is the object's own
  const path = [...template, 'metadata'];
  let current: unknown = value;
  for (const key of path) {
    if (!isFields(current)) return; // the workload's own checks report that
    current = ownValue(current, key);
  }
  if (current === undefined || current === null) return;
  if (isFields(current)) checkMetadata(current as Mutable, path, faults);
  else
    faults.push({
      path,
      message: `${pathText(path)} is ${describe(current)}, but it must be a mapping`,
      remedy: 'put labels and annotations below it',
    });
}

function checkMetadata(metadata: Mutable, path: Path, faults: Fault[]): void {
  checkOptionalText(metadata, 'namespace', path, faults);
  checkOptionalText(metadata, 'creationTimestamp', path, faults);
  checkTextMap(metadata, 'labels', path, faults);
  checkTextMap(metadata, 'annotations', path, faults);
}

function checkOptionalText(metadata: Mutable, field: string, path: Path, faults: Fault[]): void {
  const value = ownValue(metadata, field);
  if (value === undefined) return;
  if (value === null || value === '') delete metadata[field];
  else if (typeof value !== 'string') {
    faults.push({
      path: [...path, field],
      message: `${pathText([...path, field])} is ${describe(value)}, but it must be a string`,
      remedy:
        isFields(value) || Array.isArray(value)
          ? 'write a plain word'
          : `quote it, as in ${field}: "${String(value)}"`,
    });
  }
}

function checkTextMap(metadata: Mutable, field: 'labels' | 'annotations', path: Path, faults: Fault[]): void {
  const map = ownValue(metadata, field);
  if (map === undefined) return;
  if (map === null) {
    delete metadata[field];
    return;
  }
  const at = [...path, field];
  if (!isFields(map)) {
    faults.push({
      path: at,
      message: `${pathText(at)} is ${describe(map)}, but it must be a mapping of strings`,
      remedy: 'write it as key: value',
    });
    return;
  }
  for (const key of Object.keys(map)) {
    const value = map[key];
    if (typeof value === 'string') continue;
    if (value === null) {
      (map as Mutable)[key] = ''; // the API server stores no value as the empty text
      continue;
    }
    faults.push({
      path: [...at, key],
      message: `${pathText([...at, key])} is ${describe(value)}, but the API server accepts only strings there`,
      remedy:
        isFields(value) || Array.isArray(value)
          ? 'write it as one string'
          : `quote it, as in ${key}: "${String(value)}"`,
    });
  }
}
