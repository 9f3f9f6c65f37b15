import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import type { ValidateFunction } from 'ajv';
import { parseAllDocuments } from 'yaml';
import type { Synthesized } from './helpers';

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

const root = join(__dirname, '..', '..');
export const OWN_CRDS = join(root, 'crds');
const SHARED_CRDS = join(root, '..', 'shared', 'crds');

/** The folders of CRDs that objects must be valid under; says loudly when the second one is not there. */
export function crdFolders(): string[] {
  if (existsSync(SHARED_CRDS)) return [OWN_CRDS, SHARED_CRDS];
  console.warn('../shared/crds IS NOT THERE: objects are validated against crds/ only');
  return [OWN_CRDS];
}

/** Validates policy objects as an API server would that refuses what it does not know. */
export class CrdSchemas {
  private readonly validators = new Map<string, ValidateFunction>();

  public constructor(folder: string) {
    const ajv = new Ajv({ strict: false, allErrors: true });
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
      for (const document of parseAllDocuments(readFileSync(join(folder, file), 'utf8'))) {
        const crd = document.toJS() as Crd | null;
        if (crd?.kind !== 'CustomResourceDefinition') continue;
        for (const { name, schema } of crd.spec.versions) {
          const key = `${crd.spec.group}/${name} ${crd.spec.names.kind}`;
          this.validators.set(key, ajv.compile(closed(schema.openAPIV3Schema)));
        }
      }
    }
  }

  /** What is wrong with an object; objects of the core group are not ours to judge. */
  public problemsOf(object: Synthesized): string[] {
    if (!object.apiVersion.includes('linkerd')) return [];
    const validate = this.validators.get(`${object.apiVersion} ${object.kind}`);
    if (validate === undefined) return [`no CRD of ${object.apiVersion} ${object.kind}`];
    if (validate({ spec: object.spec })) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${object.kind}/${object.metadata.name}${instancePath}: ${message}`,
    );
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
