import { valueAt, asList, inWords } from '../kubernetes/fields';
import type { CrdVersion, Schema } from './crd';
import type { KubeObject } from '../kubernetes/object';
import { schemaFaults, type SchemaFault } from './structural-schema';
import { show, type Violation } from './violation';
import { oncePer } from '../basics/collections';

/** What the API server checks before Linkerd's webhook sees a decoded object: the structural schema of its version. */
export function schemaViolations(object: KubeObject, version: CrdVersion, isForeign = false): Violation[] {
  const faults = schemaFaults(object, specSchema(version, isForeign), '');
  if (faults.length > 0) return faults.map(toViolation);
  return hasListMaps(version) ? listMapViolations(object, version.schema, '') : [];
}

const hasListMaps = oncePer((version: CrdVersion) =>
  /"x-kubernetes-list-type":"(map|set)"/.test(JSON.stringify(version.schema.properties)),
);

/** What is asked of the spec; metadata has rules of its own. */
function specSchema(version: CrdVersion, isForeign: boolean): Schema {
  return isForeign ? ofAnyVersion(version) : ofSpec(version.schema, (spec) => spec);
}

const ofAnyVersion = oncePer(({ schema }: CrdVersion) => ofSpec(schema, foreignSchema));

function ofSpec({ required, properties }: Schema, change: (spec: Schema) => Schema): Schema {
  const spec = properties?.spec;
  return {
    type: 'object',
    required: required ?? [],
    properties: spec === undefined ? {} : { spec: change(spec) },
  };
}

/** What later versions of the Gateway API, up to 1.5, take beside the values that are compiled in: by one of those. */
const LATER_VALUES: ReadonlyMap<unknown, readonly unknown[]> = new Map<unknown, readonly unknown[]>([
  [302, [303, 307, 308]],
  ['RequestMirror', ['CORS', 'ExternalAuth']],
]);

/** What every version of the Gateway API asks for: lists have grown longer since, choices wider, sessions are in the making. */
function foreignSchema(schema: Schema): Schema {
  const { properties, items, maxItems: _, enum: values, ...rest } = schema;
  return {
    ...rest,
    ...(values === undefined
      ? {}
      : { enum: values.flatMap((value) => [value, ...(LATER_VALUES.get(value) ?? [])]) }),
    ...(items === undefined ? {} : { items: foreignSchema(items) }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([key, own]) => [
              key,
              key === 'sessionPersistence' ? {} : foreignSchema(own),
            ]),
          ),
        }),
  };
}

const FORMATS: ReadonlyMap<string, string> = new Map([
  ['duration', 'be a duration such as 10s or 1m30s'],
  ['int32', 'be a number of 32 bits'],
  ['int64', 'be a number of 64 bits'],
]);

function toViolation(fault: SchemaFault): Violation {
  const { keyword, field, value, wanted } = fault;
  if (keyword === 'required') {
    const name = inWords(wanted);
    const place = field === '' ? name : `${field}.${name}`;
    return { rule: 'schema', field: place, message: 'is required but missing', remedy: `add ${name}` };
  }
  if (keyword === 'oneOf') return alternativesViolation(fault);
  const message = `is ${show(value)}; it must ${allowed(fault)}`;
  return { rule: 'schema', field, message, remedy: remedy(fault) };
}

function allowed({ keyword, wanted }: SchemaFault): string {
  switch (keyword) {
    case 'type':
      return `be of type ${inWords(wanted)}`;
    case 'enum':
      return `be one of ${asList(wanted).join(', ')}`;
    case 'format':
      return FORMATS.get(inWords(wanted)) ?? 'have another form';
    case 'pattern':
      return `match ${inWords(wanted)}`;
    case 'anyOf':
      return 'be a number or a string';
    case 'minLength':
    case 'maxLength':
      return `have ${keyword === 'minLength' ? 'at least' : 'at most'} ${inWords(wanted)} characters`;
    case 'minItems':
    case 'maxItems':
      return `have ${keyword === 'minItems' ? 'at least' : 'at most'} ${inWords(wanted)} items`;
    case 'minimum':
    case 'maximum':
      return `be ${keyword === 'minimum' ? 'at least' : 'at most'} ${inWords(wanted)}`;
    default:
      return `satisfy ${keyword}`;
  }
}

function remedy({ keyword, wanted }: SchemaFault): string {
  if (keyword === 'enum') return `write one of ${asList(wanted).join(', ')}`;
  if (keyword === 'type') return `write a value of type ${inWords(wanted)}`;
  if (keyword === 'anyOf') return 'write a number or a string';
  return 'correct the value';
}

/** The alternatives in these schemas all have one form: exactly one of some fields. */
function alternativesViolation({ field, value, wanted }: SchemaFault): Violation {
  const names = asList(wanted).flatMap((part) => asList(valueAt(part, 'required')).map(String));
  const present = names.filter((name) => valueAt(value, name) !== undefined);
  const found = present.length === 0 ? `has none of ${names.join(', ')}` : `has ${present.join(' and ')}`;
  return {
    rule: 'schema',
    field,
    message: `${found}; it must have exactly one of ${names.join(', ')}`,
    remedy: present.length === 0 ? `add ${names.join(' or ')}` : `keep one of them`,
  };
}

/** Lists that are maps or sets to the API server must not have the same key or item twice. */
function listMapViolations(value: unknown, schema: Schema, path: string): Violation[] {
  if (Array.isArray(value)) {
    const inner = value.flatMap((item, i) =>
      schema.items === undefined ? [] : listMapViolations(item, schema.items, `${path}[${i}]`),
    );
    const type = schema['x-kubernetes-list-type'];
    if (type !== 'map' && type !== 'set') return inner;
    const keys = schema['x-kubernetes-list-map-keys'] ?? [];
    const seen = value.map((item) =>
      JSON.stringify(type === 'set' ? item : keys.map((key) => valueAt(item, key))),
    );
    const first = new Map([...seen.entries()].reverse().map(([i, key]) => [key, i]));
    const twice = seen.flatMap((key, i): Violation[] => {
      if (first.get(key) === i) return [];
      const same = type === 'set' ? 'value' : keys.join(' and ');
      const message = `has the same ${same} as an earlier item: ${show(type === 'set' ? value[i] : keys.map((name) => valueAt(value[i], name)))}`;
      return [{ rule: 'schema', field: `${path}[${i}]`, message, remedy: 'keep one of them' }];
    });
    return [...inner, ...twice];
  }
  return Object.entries(schema.properties ?? {}).flatMap(([key, own]) => {
    const part = valueAt(value, key);
    return typeof part === 'object' && part !== null
      ? listMapViolations(part, own, path === '' ? key : `${path}.${key}`)
      : [];
  });
}
