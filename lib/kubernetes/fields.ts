/**
 * Reading untyped data. The functions are total, because nothing guarantees that a manifest follows its schema. Only
 * own properties count, so that keys like `__proto__` and `constructor` are ordinary keys.
 */
export type Fields = Readonly<Record<string, unknown>>;

const NO_FIELDS: Fields = Object.freeze({});

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object; anything else reads as an empty one. */
export function asFields(value: unknown): Fields {
  return isFields(value) ? value : NO_FIELDS;
}

/** The value of a key, such as a label or an annotation; the key may be `constructor`. */
export function ownValue<V>(map: Readonly<Record<string, V>>, key: string): V | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** The value below a path of keys, or `undefined`. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (!isFields(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

/** The value as a list; anything else reads as an empty one. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Any value as a word for messages and keys; `String()` would call methods of the input's objects. */
export function inWords(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** The string members of a map; admitted labels and annotations have no others. */
export function asTextMap(value: unknown): Readonly<Record<string, string>> {
  const map = asFields(value);
  for (const key of Object.keys(map)) {
    // The usual map is all text and returned as it is, because there are as many of these as there are objects.
    if (typeof map[key] !== 'string') return Object.fromEntries(Object.entries(map).filter(isTextEntry));
  }
  return map as Readonly<Record<string, string>>;
}

function isTextEntry(entry: readonly [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string';
}

/** Whether two values are equal, whatever the order of keys. Only text, numbers, lists and mappings can be. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => isSameValue(item, b[i]));
  }
  if (!isMapping(a) || !isMapping(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSameValue(a[key], b[key]))
  );
}

/** Unlike a date, for instance, which objects from code may contain. */
function isMapping(value: unknown): value is Fields {
  return Object.prototype.toString.call(value) === '[object Object]';
}
