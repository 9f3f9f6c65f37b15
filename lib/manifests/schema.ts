import { findCrd, isMapping, splitApiVersion, type CrdVersion, type Schema } from './crd';
import type { KubeObject } from './object';

/**
 * An object as the API server would store it: fields that its version does not have are gone, defaults are filled in,
 * and it is read as the storage version (linkerd-policy 3.0). Objects of other kinds are returned as they are.
 */
export function storedForm(object: KubeObject): KubeObject {
  const { group, version } = splitApiVersion(object.apiVersion);
  const crd = findCrd(group, object.kind);
  const written = crd?.spec.versions.find(({ name, served }) => name === version && served);
  const stored = crd?.spec.versions.find(({ storage }) => storage);
  if (written === undefined || stored === undefined) return object;
  const pruned = shapeSpec(object, written);
  if (written === stored) return pruned;
  // There is no conversion: the fields are read under the other schema, which fills in its own defaults.
  return shapeSpec({ ...pruned, apiVersion: `${group}/${stored.name}` }, stored);
}

/** Metadata has a schema of its own, and status is not looked at. */
function shapeSpec(object: KubeObject, version: CrdVersion): KubeObject {
  const schema = version.schema.openAPIV3Schema.properties?.spec;
  if (schema === undefined || object.spec === undefined) return object;
  const spec = shape(object.spec, schema);
  return spec === object.spec ? object : { ...object, spec };
}

/** Prunes and defaults a value; the same value if there is nothing to do. Null fields with a default are defaulted. */
function shape(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) return schema.items === undefined ? value : shapeList(value, schema.items);
  if (!isMapping(value) || schema.type !== 'object') return value;
  const { properties } = schema;
  if (properties === undefined) return value;
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true;
  let changed = false;
  const shaped: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (own === undefined && !keepsUnknown) {
      changed = true;
      continue;
    }
    if (value[key] === null && own?.default !== undefined) {
      changed = true;
      continue;
    }
    const part = own === undefined ? value[key] : shape(value[key], own);
    if (part !== value[key]) changed = true;
    define(shaped, key, part);
  }
  for (const [key, own] of Object.entries(properties)) {
    if (own.default === undefined || Object.hasOwn(shaped, key)) continue;
    changed = true;
    define(shaped, key, shape(structuredClone(own.default), own));
  }
  return changed ? shaped : value;
}

function shapeList(values: readonly unknown[], items: Schema): readonly unknown[] {
  const shaped = values.map((value) => shape(value, items));
  return shaped.some((value, i) => value !== values[i]) ? shaped : values;
}

/** Also when the key is `__proto__`. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
