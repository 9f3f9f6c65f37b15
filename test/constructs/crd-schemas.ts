import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import type { ValidateFunction } from 'ajv';
import { parseAllDocuments } from 'yaml';
import type { Synthesized } from './helpers';
import { ROOT } from '../helpers/paths';

type Schema = Record<string, unknown>;

interface Crd {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

export const OWN_CRDS = join(ROOT, 'crds');
const SHARED_CRDS = join(ROOT, '..', 'shared', 'crds');

/** The folders of CRDs that objects must be valid under; says loudly when the second one is not there. */
export function crdFolders(): string[] {
  if (existsSync(SHARED_CRDS)) return [OWN_CRDS, SHARED_CRDS];
  console.warn('../shared/crds IS NOT THERE: objects are validated against crds/ only');
  return [OWN_CRDS];
}

/** Validates policy objects as an API server would that refuses what it does not know. */
export class CrdSchemas {
  /** One for each folder: reading CRDs takes longer than using them. */
  public static of(folder: string): CrdSchemas {
    const schemas = this.known.get(folder) ?? new CrdSchemas(folder);
    this.known.set(folder, schemas);
    return schemas;
  }

  private static readonly known = new Map<string, CrdSchemas>();

  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly schemas = new Map<string, Schema>();
  private readonly validators = new Map<string, ValidateFunction>();

  private constructor(folder: string) {
    for (const file of readdirSync(folder).filter(
      (name) => name.endsWith('.yaml') && !name.startsWith('gateway'),
    )) {
      for (const document of parseAllDocuments(readFileSync(join(folder, file), 'utf8'))) {
        const crd = document.toJS() as Crd | null;
        if (crd?.kind !== 'CustomResourceDefinition') continue;
        for (const { name, schema } of crd.spec.versions) {
          this.schemas.set(`${crd.spec.group}/${name} ${crd.spec.names.kind}`, schema.openAPIV3Schema);
        }
      }
    }
  }

  /** What is wrong with an object; objects of other groups than Linkerd's are not ours to judge. */
  public problemsOf(object: Synthesized): string[] {
    if (!object.apiVersion.includes('linkerd')) return [];
    const validate = this.validatorOf(`${object.apiVersion} ${object.kind}`);
    if (validate === undefined) return [`no CRD of ${object.apiVersion} ${object.kind}`];
    if (validate({ spec: object.spec })) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${object.kind}/${object.metadata.name}${instancePath}: ${message}`,
    );
  }

  private validatorOf(key: string): ValidateFunction | undefined {
    const schema = this.schemas.get(key);
    if (schema === undefined) return undefined;
    const validator = this.validators.get(key) ?? this.ajv.compile(closed(schema));
    this.validators.set(key, validator);
    return validator;
  }
}

/** A structural schema as JSON schema in which a field that would be pruned is an error. */
function closed(schema: Schema): Schema {
  const result: Schema = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') {
      const properties = Object.entries(value as Record<string, Schema>);
      result[key] = Object.fromEntries(properties.map(([name, child]) => [name, closed(child)]));
    } else if (key === 'items') result[key] = closed(value as Schema);
    else if (key !== 'format') result[key] = value;
  }
  if (schema['x-kubernetes-int-or-string'] === true)
    result['anyOf'] = [{ type: 'integer' }, { type: 'string' }];
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (schema['properties'] !== undefined && schema['additionalProperties'] === undefined && !keepsUnknown) {
    result['additionalProperties'] = false;
  }
  return result;
}
