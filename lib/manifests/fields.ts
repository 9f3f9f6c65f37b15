/**
 * Reading untyped data: total functions, because what stands in a manifest is not what a schema promised when nobody
 * checked it. Only own properties count, so that keys like `__proto__` and `constructor` are just keys.
 */
export type Fields = Readonly<Record<string, unknown>>;

export const NO_FIELDS: Fields = Object.freeze({});

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object; anything else reads as one without fields. */
export function fields(value: unknown): Fields {
  return isFields(value) ? value : NO_FIELDS;
}

/** The value below a path of keys, or `undefined`. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (!isFields(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

/** The value as a list; anything else reads as an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The string members of a map; labels and annotations have no others once they are admitted. */
export function textMap(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(fields(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries);
}
