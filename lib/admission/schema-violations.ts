import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { valueAt, asList, inWords } from '../kubernetes/fields';
import type { CrdVersion, Schema } from './crd';
import type { KubeObject } from '../kubernetes/object';
import { isDuration } from './kube-duration';
import { show, type Violation } from './violation';
import { oncePer } from '../basics/collections';

/** What the API server checks before Linkerd's webhook sees a decoded object: the structural schema of its version. */
export function schemaViolations(object: KubeObject, version: CrdVersion, isForeign = false): Violation[] {
  const validate = validator(version, isForeign);
  if (validate(object)) return hasListMaps(version) ? listMapViolations(object, version.schema, '') : [];
  return readable(validate.errors ?? []).map(toViolation);
}

const hasListMaps = oncePer((version: CrdVersion) =>
  /"x-kubernetes-list-type":"(map|set)"/.test(JSON.stringify(version.schema.properties)),
);

const validators = new Map<CrdVersion, ValidateFunction>();

/** Compiled on first use and kept: there are few versions and many objects. */
function validator(version: CrdVersion, isForeign: boolean): ValidateFunction {
  const known = validators.get(version);
  if (known !== undefined) return known;
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: false,
    formats: {
      duration: isDuration,
      int32: within(-(2 ** 31), 2 ** 31 - 1),
      int64: within(-(2 ** 63), 2 ** 63),
    },
    logger: false,
    unicodeRegExp: false,
  });
  const { schema } = version;
  const { spec } = schema.properties ?? {};
  const compiled = ajv.compile({
    type: 'object',
    required: schema.required ?? [],
    properties: spec === undefined ? {} : { spec: jsonSchema(isForeign ? foreignSchema(spec) : spec) },
  });
  validators.set(version, compiled);
  return compiled;
}

/** A format of numbers. */
function within(least: number, most: number): { type: 'number'; validate: (value: number) => boolean } {
  return { type: 'number', validate: (value) => value >= least && value <= most };
}

/** A number beyond 64 bits is no integer to the API server. */
const INT64 = { minimum: -(2 ** 63), maximum: 2 ** 63 };

/** The schema without Kubernetes' own keywords; otherwise ajv would require int-or-string values to be integers. */
function jsonSchema(schema: Schema): Schema {
  const { properties, items, type, ...rest } = schema;
  return {
    ...(type === 'integer' ? INT64 : {}),
    ...rest,
    ...(type === undefined || schema['x-kubernetes-int-or-string'] === true ? {} : { type }),
    ...(items === undefined ? {} : { items: jsonSchema(items) }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, own]) => [name, jsonSchema(own)]),
          ),
        }),
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

/** Keeps one message per fault: the parts of a failed alternative tell a person nothing useful. */
function readable(errors: readonly ErrorObject[]): ErrorObject[] {
  return errors.filter(({ schemaPath }) => !/\/(oneOf|anyOf)\/\d+\//.test(schemaPath));
}

function toViolation(error: ErrorObject): Violation {
  const { keyword, params, data } = error;
  const field = fieldOf(error.instancePath);
  const missing = keyword === 'required' ? inWords(valueAt(params, 'missingProperty')) : undefined;
  if (missing !== undefined) {
    const place = field === '' ? missing : `${field}.${missing}`;
    return {
      rule: 'schema',
      field: place,
      message: 'is required but missing',
      remedy: `add ${missing}`,
    };
  }
  if (keyword === 'oneOf') return alternativesViolation(field, error);
  return {
    rule: 'schema',
    field,
    message: `is ${show(data)}; it must ${allowed(error)}`,
    remedy: remedy(error),
  };
}

function allowed({ keyword, params }: ErrorObject): string {
  switch (keyword) {
    case 'type':
      return `be of type ${inWords(valueAt(params, 'type'))}`;
    case 'enum':
      return `be one of ${asList(valueAt(params, 'allowedValues')).join(', ')}`;
    case 'format':
      return FORMATS.get(inWords(valueAt(params, 'format'))) ?? 'have another form';
    case 'pattern':
      return `match ${inWords(valueAt(params, 'pattern'))}`;
    case 'anyOf':
      return 'be a number or a string';
    case 'minLength':
    case 'maxLength':
      return `have ${keyword === 'minLength' ? 'at least' : 'at most'} ${inWords(valueAt(params, 'limit'))} characters`;
    case 'minItems':
    case 'maxItems':
      return `have ${keyword === 'minItems' ? 'at least' : 'at most'} ${inWords(valueAt(params, 'limit'))} items`;
    case 'minimum':
    case 'maximum':
      return `be ${keyword === 'minimum' ? 'at least' : 'at most'} ${inWords(valueAt(params, 'limit'))}`;
    default:
      return `satisfy ${keyword}`;
  }
}

function remedy({ keyword, params }: ErrorObject): string {
  if (keyword === 'enum') return `write one of ${asList(valueAt(params, 'allowedValues')).join(', ')}`;
  if (keyword === 'type') return `write a value of type ${inWords(valueAt(params, 'type'))}`;
  if (keyword === 'anyOf') return 'write a number or a string';
  return 'correct the value';
}

/** The alternatives in these schemas all have one form: exactly one of some fields. */
function alternativesViolation(field: string, { schema, data }: ErrorObject): Violation {
  const names = asList(schema).flatMap((part) => asList(valueAt(part, 'required')).map(String));
  const present = names.filter((name) => valueAt(data, name) !== undefined);
  const found = present.length === 0 ? `has none of ${names.join(', ')}` : `has ${present.join(' and ')}`;
  return {
    rule: 'schema',
    field,
    message: `${found}; it must have exactly one of ${names.join(', ')}`,
    remedy: present.length === 0 ? `add ${names.join(' or ')}` : `keep one of them`,
  };
}

function fieldOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`),
      '',
    );
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
    const twice = seen.flatMap((key, i): Violation[] => {
      if (seen.indexOf(key) === i) return [];
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
