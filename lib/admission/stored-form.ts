import { versionsOf, type CrdVersion, type Schema } from './crd';
import { isFields, ownValue } from '../kubernetes/fields';
import type { KubeObject } from '../kubernetes/object';
import { splitApiVersion } from '../kubernetes/references';
import { oncePer } from '../basics/collections';

/**
 * An object as the API server would store it: fields its version does not have are removed, defaults are filled in,
 * and it is read as the storage version (linkerd-policy 3.0). Objects of other kinds are returned unchanged.
 */
export function storedForm(object: KubeObject): KubeObject {
  const { group, version } = splitApiVersion(object.apiVersion);
  const written = versionsOf(group, object.kind)?.find(({ name, served }) => name === version && served);
  return written === undefined ? object : convertedForm(decodedForm(object, written));
}

/**
 * An object as the API server decodes it before validation: unknown fields are pruned, `null` counts as absent (no
 * field of these kinds is nullable), and defaults are filled in. Metadata has its own schema, and
 * status is ignored.
 */
export function decodedForm(object: KubeObject, { schema }: CrdVersion): KubeObject {
  const own = schema.properties?.spec;
  if (own === undefined || object.spec === undefined) return object;
  if (object.spec === null) {
    const others = Object.entries(object).filter(([key]) => key !== 'spec');
    return Object.fromEntries(others) as unknown as KubeObject;
  }
  const spec = shape(object.spec, own);
  return spec === object.spec ? object : { ...object, spec };
}

/** A decoded object, read as the storage version. There is no conversion, but that version's defaults are filled in. */
export function convertedForm(decoded: KubeObject): KubeObject {
  const { group, version } = splitApiVersion(decoded.apiVersion);
  const stored = versionsOf(group, decoded.kind)?.find(({ storage }) => storage);
  if (stored === undefined || stored.name === version) return decoded;
  return decodedForm({ ...decoded, apiVersion: `${group}/${stored.name}` }, stored);
}

/** Returns the same value if there is nothing to do. */
function shape(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) return schema.items === undefined ? value : shapeList(value, schema.items);
  if (!isFields(value) || schema.type !== 'object') return value;
  const { properties } = schema;
  if (properties === undefined) return value;
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true;
  let changed = false;
  const shaped: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const own = ownValue(properties, key);
    const isAbsent = own === undefined ? !keepsUnknown : value[key] === null;
    if (isAbsent) {
      changed = true;
      continue;
    }
    const part = own === undefined ? value[key] : shape(value[key], own);
    if (part !== value[key]) changed = true;
    define(shaped, key, part);
  }
  for (const [key, own] of defaultsOf(schema)) {
    if (Object.hasOwn(shaped, key)) continue;
    changed = true;
    define(shaped, key, shape(structuredClone(own.default), own));
  }
  return changed ? shaped : value;
}

function shapeList(values: readonly unknown[], items: Schema): readonly unknown[] {
  const shaped = values.map((value) => shape(value, items));
  return shaped.some((value, i) => value !== values[i]) ? shaped : values;
}

/** The fields of a schema that have defaults, found once and used for every object. */
const defaultsOf = oncePer((schema: Schema): readonly (readonly [string, Schema])[] =>
  Object.entries(schema.properties ?? {}).filter(([, own]) => own.default !== undefined),
);

/** Works even if the key is `__proto__`. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
