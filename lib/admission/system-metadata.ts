import { isFields, type Fields } from '../kubernetes/fields';
import { isKey, KEY, metadataViolation } from './name-forms';
import type { Violation } from './violation';

interface Form {
  readonly accepts: (value: unknown) => boolean;
  readonly must: string;
}

const TEXT: Form = { accepts: (value) => typeof value === 'string', must: 'be a string' };
const COUNT: Form = {
  accepts: (value) => typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 2 ** 63,
  must: 'be a whole number',
};
const TIME: Form = { accepts: isTime, must: 'be a time such as 2026-01-31T12:00:00Z' };

/** What a cluster writes itself; policy reads none of it, yet an object in which it has another type is refused. */
const FIELDS: readonly (readonly [string, Form])[] = [
  ['uid', TEXT],
  ['selfLink', TEXT],
  ['resourceVersion', TEXT],
  ['generation', COUNT],
  ['deletionGracePeriodSeconds', COUNT],
  ['creationTimestamp', TIME],
  ['deletionTimestamp', TIME],
];

const WRITTEN_BY_CLUSTERS = [
  ...FIELDS.map(([name]) => name),
  'finalizers',
  'ownerReferences',
  'managedFields',
];

export function systemMetadataViolations(metadata: Fields): Violation[] {
  // What people write has none of it.
  if (!WRITTEN_BY_CLUSTERS.some((name) => metadata[name] !== undefined)) return [];
  const ofFields = FIELDS.flatMap(([name, form]) => violationOf(`metadata.${name}`, metadata[name], form));
  return [
    ...ofFields,
    ...ofItems(metadata, 'finalizers', (value, field) => violationOf(field, value, FINALIZER)),
    ...ofItems(metadata, 'ownerReferences', ownerViolations),
    ...ofItems(metadata, 'managedFields', managerViolations),
  ];
}

function violationOf(field: string, value: unknown, { accepts, must }: Form): Violation[] {
  if (value === undefined || value === null || accepts(value)) return [];
  return [metadataViolation(field, value, must)];
}

const FINALIZER: Form = { accepts: (value) => typeof value === 'string' && isKey(value), must: KEY };

function ofItems(
  metadata: Fields,
  member: string,
  check: (value: unknown, field: string) => Violation[],
): Violation[] {
  const list = metadata[member];
  const field = `metadata.${member}`;
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) return [metadataViolation(field, list, 'be a list')];
  return list.flatMap((item: unknown, index) => check(item, `${field}[${index}]`));
}

const FILLED: Form = {
  accepts: (value) => typeof value === 'string' && value !== '',
  must: 'be a non-empty string',
};
const SWITCH: Form = { accepts: (value) => typeof value === 'boolean', must: 'be true or false' };

function ownerViolations(owner: unknown, field: string): Violation[] {
  if (!isFields(owner)) return [metadataViolation(field, owner, 'be a mapping')];
  return [
    ...['apiVersion', 'kind', 'name', 'uid']
      .filter((name) => !FILLED.accepts(owner[name]))
      .map((name) => metadataViolation(`${field}.${name}`, owner[name], FILLED.must)),
    ...['controller', 'blockOwnerDeletion'].flatMap((name) =>
      violationOf(`${field}.${name}`, owner[name], SWITCH),
    ),
  ];
}

const OPERATION: Form = {
  accepts: (value) => value === 'Apply' || value === 'Update',
  must: 'be Apply or Update',
};
const FIELDS_TYPE: Form = { accepts: (value) => value === 'FieldsV1', must: 'be FieldsV1' };

function managerViolations(manager: unknown, field: string): Violation[] {
  if (!isFields(manager)) return [metadataViolation(field, manager, 'be a mapping')];
  const members: readonly (readonly [string, Form])[] = [
    ['manager', TEXT],
    ['operation', OPERATION],
    ['apiVersion', TEXT],
    ['time', TIME],
    ['fieldsType', FIELDS_TYPE],
    ['subresource', TEXT],
  ];
  return members.flatMap(([name, form]) => violationOf(`${field}.${name}`, manager[name], form));
}

/** RFC 3339, as the API server reads times. */
function isTime(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  return (
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[-+]\d{2}:\d{2})$/.test(value) &&
    !Number.isNaN(Date.parse(value.replace(',', '.')))
  );
}
