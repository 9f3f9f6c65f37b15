import Ajv, { type ErrorObject } from 'ajv';
import fc from 'fast-check';
import { knownKinds, versionsOf, type Schema } from '../../lib/admission/crd';
import { isDuration } from '../../lib/admission/kube-duration';
import { schemaFaults } from '../../lib/admission/structural-schema';
import { GATEWAY_GROUP, POLICY_GROUP, WORKLOAD_GROUP } from '../../lib/kubernetes/kinds';

/** The keywords that the walk heeds; others of Kubernetes' are about something else than validity. */
const HEEDED_KEYWORDS: ReadonlySet<string> = new Set([
  ...['type', 'required', 'properties', 'items', 'enum', 'format', 'pattern', 'oneOf', 'anyOf'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minimum', 'maximum'],
]);

const SCHEMAS = [POLICY_GROUP, GATEWAY_GROUP, WORKLOAD_GROUP].flatMap((group) =>
  knownKinds(group).flatMap((kind) =>
    (versionsOf(group, kind) ?? []).flatMap(({ name, schema }): [string, Schema][] => {
      const spec = schema.properties?.spec;
      return spec === undefined ? [] : [[`${group}/${name} ${kind}`, spec]];
    }),
  ),
);

/** The same in words that a validator of JSON schemas knows. */
function jsonSchema({ properties, items, anyOf, type, ...rest }: Schema): Schema {
  const integer = type === 'integer' ? { minimum: -(2 ** 63), maximum: 2 ** 63 } : {};
  return {
    ...integer,
    ...rest,
    ...(type === undefined || rest['x-kubernetes-int-or-string'] === true ? {} : { type }),
    ...(items === undefined ? {} : { items: jsonSchema(items) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(jsonSchema) }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, own]) => [name, jsonSchema(own)]),
          ),
        }),
  };
}

function byAjv(schema: Schema): (value: unknown) => string[] {
  const number = (least: number, most: number): object => ({
    type: 'number',
    validate: (value: number) => value >= least && value <= most,
  });
  const validate = new Ajv({
    allErrors: true,
    strict: false,
    logger: false,
    unicodeRegExp: false,
    formats: {
      duration: isDuration,
      int32: number(-(2 ** 31), 2 ** 31 - 1) as never,
      int64: number(-(2 ** 63), 2 ** 63) as never,
    },
  }).compile(jsonSchema(schema));
  // What is wrong with each alternative is no fault of its own.
  const isOwn = ({ schemaPath }: ErrorObject): boolean => !/\/(oneOf|anyOf)\/\d+\//.test(schemaPath);
  return (value) => {
    validate(value);
    return (validate.errors ?? []).filter(isOwn).map(({ keyword, instancePath, params }) => {
      const field = instancePath
        .slice(1)
        .replace(/\/(\d+)/g, '[$1]')
        .replaceAll('/', '.');
      return `${keyword} at ${field}${keyword === 'required' ? `: ${String(params.missingProperty)}` : ''}`;
    });
  };
}

function byUs(value: unknown, schema: Schema): string[] {
  return schemaFaults(value, schema, '').map(
    ({ keyword, field, wanted }) =>
      `${keyword} at ${field}${keyword === 'required' ? `: ${String(wanted)}` : ''}`,
  );
}

const ODD = fc.constantFrom<unknown>(
  null,
  true,
  7,
  -1,
  1.5,
  2 ** 40,
  2 ** 70,
  '',
  'x',
  '10s',
  '5x',
  [],
  [1],
  {},
);
const TEXTS = fc.constantFrom(
  '',
  'a',
  'example.com',
  '*.example.com',
  '/path',
  '10s',
  '1h30m',
  'é'.repeat(63),
  '😀'.repeat(64),
  'a'.repeat(5000),
);

/** A value that often follows the schema, and often does not quite. */
function near(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: right(schema) }, { weight: 1, arbitrary: ODD });
}

function right(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object': {
      const parts = Object.entries(schema.properties ?? {}).map(([name, own]) => [name, near(own)] as const);
      return fc.record(Object.fromEntries(parts), { requiredKeys: [] });
    }
    case 'array':
      return fc.oneof(
        fc.array(near(schema.items ?? {}), { maxLength: 2 }),
        fc.array(fc.constant('x'), { minLength: 15, maxLength: 20 }),
      );
    case 'integer':
      return fc.oneof(fc.integer({ min: -2, max: 700 }), fc.constantFrom(65535, 65536, 2 ** 31));
    case 'boolean':
      return fc.boolean();
    default:
      return TEXTS;
  }
}

describe('a structural schema', () => {
  it.each(SCHEMAS)('of %s has no keyword that is not heeded', (_, schema) => {
    const keywords = new Set<string>();
    const walk = (part: Schema): void => {
      for (const keyword of Object.keys(part)) keywords.add(keyword);
      for (const below of [part.items, ...Object.values(part.properties ?? {})]) if (below) walk(below);
      for (const below of [...(part.oneOf ?? []), ...(part.anyOf ?? [])]) walk(below);
    };
    walk(schema);
    const others = [...keywords].filter((one) => !HEEDED_KEYWORDS.has(one));
    expect(others.filter((one) => one !== 'default' && !one.startsWith('x-kubernetes-'))).toEqual([]);
  });

  const met = new Set<string>();

  it.each(SCHEMAS)(
    'of %s refuses what a validator of JSON schemas refuses, in the same order',
    (_, schema) => {
      const theirs = byAjv(schema);
      fc.assert(
        fc.property(near(schema), (value) => {
          const ours = byUs(value, schema);
          for (const fault of ours) met.add(fault.split(' ')[0] ?? '');
          expect(ours).toEqual(theirs(value));
        }),
        { numRuns: 150 },
      );
    },
  );

  it('was tried with faults of every kind', () => {
    const kinds = [...HEEDED_KEYWORDS].filter((one) => one !== 'properties' && one !== 'items');
    expect([...met].sort()).toEqual(kinds.sort());
  });
});
