import { memoized } from '../basics/collections';
import { isFields } from '../kubernetes/fields';
import type { Schema } from './crd';
import { isDuration } from './kube-duration';

/** What of a structural schema a value may fail. */
export type SchemaKeyword =
  | 'type'
  | 'required'
  | 'enum'
  | 'format'
  | 'pattern'
  | 'oneOf'
  | 'anyOf'
  | 'minLength'
  | 'maxLength'
  | 'minItems'
  | 'maxItems'
  | 'minimum'
  | 'maximum';

/** A value that its schema refuses. */
export interface SchemaFault {
  readonly keyword: SchemaKeyword;
  /** Where the value is, such as `spec.rules[0].matches`. */
  readonly field: string;
  readonly value: unknown;
  /** What the keyword asks for; of `required`, the name that is missing. */
  readonly wanted: unknown;
}

/**
 * What a structural schema refuses in a value, in the order of the schema. A schema is walked, not compiled: there are few
 * policy objects in a run, and to compile the schemas of their kinds costs more than to check thousands of them.
 */
export function schemaFaults(value: unknown, schema: Schema, field: string): readonly SchemaFault[] {
  const found: SchemaFault[] = [];
  check(value, schema, field, found);
  return found;
}

function check(value: unknown, schema: Schema, field: string, found: SchemaFault[]): void {
  // An integer or a text: its alternatives say so, whatever its type says.
  const type = schema['x-kubernetes-int-or-string'] === true ? undefined : schema.type;
  const isRight = type === undefined || isOfType(value, type);
  const isNested = type === 'object' || type === 'array';
  const fault = (keyword: SchemaKeyword, wanted: unknown): void => {
    found.push({ keyword, field, value, wanted });
  };
  if (!isRight && !isNested) fault('type', type);
  checkChoices(value, schema, fault);
  if (typeof value === 'number') checkNumber(value, schema, fault);
  else if (typeof value === 'string') checkText(value, schema, fault);
  if (!isRight && isNested) fault('type', type);
  if (Array.isArray(value)) checkItems(value, schema, field, found, fault);
  else if (isFields(value)) checkFields(value, schema, field, found, fault);
}

type Report = (keyword: SchemaKeyword, wanted: unknown) => void;

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isFields(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

/** A number beyond 64 bits is no integer to the API server. */
const LARGEST = 2 ** 63;

const NUMBER_FORMATS: ReadonlyMap<unknown, number> = new Map([
  ['int32', 2 ** 31],
  ['int64', LARGEST],
]);

function checkNumber(value: number, schema: Schema, fault: Report): void {
  const whole = schema.type === 'integer' ? LARGEST : undefined;
  const [least, most] = [limit(schema.minimum) ?? negative(whole), limit(schema.maximum) ?? whole];
  if (most !== undefined && value > most) fault('maximum', most);
  if (least !== undefined && value < least) fault('minimum', least);
  const beyond = NUMBER_FORMATS.get(schema.format);
  if (beyond === undefined) return;
  const last = beyond === LARGEST ? beyond : beyond - 1;
  if (value < -beyond || value > last) fault('format', schema.format);
}

function negative(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}

function limit(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function checkText(value: string, schema: Schema, fault: Report): void {
  const [least, most] = [limit(schema.minLength), limit(schema.maxLength)];
  // Limits count characters, each of one or two units; most texts are far from them.
  if (most !== undefined && value.length > most && [...value].length > most) fault('maxLength', most);
  if (least !== undefined && value.length < 2 * least && [...value].length < least) fault('minLength', least);
  if (typeof schema.pattern === 'string' && !patternOf(schema.pattern).test(value))
    fault('pattern', schema.pattern);
  if (schema.format === 'duration' && !isDuration(value)) fault('format', schema.format);
}

const patterns = new Map<string, RegExp>();

function patternOf(source: string): RegExp {
  return memoized(patterns, source, () => new RegExp(source));
}

function checkChoices(value: unknown, schema: Schema, fault: Report): void {
  if (schema.enum !== undefined && !schema.enum.includes(value)) fault('enum', schema.enum);
  const isTaken = (alternative: Schema): boolean => schemaFaults(value, alternative, '').length === 0;
  if (schema.anyOf !== undefined && !schema.anyOf.some(isTaken)) fault('anyOf', schema.anyOf);
  if (schema.oneOf !== undefined && schema.oneOf.filter(isTaken).length !== 1) fault('oneOf', schema.oneOf);
}

function checkItems(
  values: readonly unknown[],
  { minItems, maxItems, items }: Schema,
  field: string,
  found: SchemaFault[],
  fault: Report,
): void {
  const [least, most] = [limit(minItems), limit(maxItems)];
  if (most !== undefined && values.length > most) fault('maxItems', most);
  if (least !== undefined && values.length < least) fault('minItems', least);
  if (items === undefined) return;
  for (const [index, value] of values.entries()) check(value, items, `${field}[${index}]`, found);
}

function checkFields(
  value: Readonly<Record<string, unknown>>,
  { required, properties }: Schema,
  field: string,
  found: SchemaFault[],
  fault: Report,
): void {
  for (const name of required ?? []) if (!isThere(value, name)) fault('required', name);
  if (properties === undefined) return;
  for (const name of Object.keys(properties)) {
    const own = properties[name];
    if (own === undefined || !isThere(value, name)) continue;
    check(value[name], own, field === '' ? name : `${field}.${name}`, found);
  }
}

function isThere(value: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.hasOwn(value, name) && value[name] !== undefined;
}
