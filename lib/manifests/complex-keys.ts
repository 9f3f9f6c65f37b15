import type { Node } from 'yaml';
import { isFields } from '../kubernetes/fields';
import { parseWithPlaces, placingYaml } from './yaml-places';

const SIGNS = ['}:', '} :', ']:', '] :', '{{', '{[', '{ {', '{ ['];

/** Cheap test for texts in which a mapping or a list may be a key. */
export function mayHaveComplexKeys(text: string): boolean {
  return (
    SIGNS.some((sign) => text.includes(sign)) ||
    (text.includes('?') && /^[ \t-]*\?\s|[[{,]\s*\?\s/m.test(text))
  );
}

const TEXT_OF_A_MAPPING = '[object Object]';

/**
 * Offset of a key that is not a scalar. kubectl refuses such a key; js-yaml turns it into the text `[object Object]`. An
 * unquoted Helm template is one: `name: {{ .Release.Name }}` is a mapping whose key is a mapping.
 *
 * @param value what js-yaml read from the text
 */
export function complexKeyOffset(text: string, value: unknown): number | undefined {
  const document = parseWithPlaces(text);
  // What a parser makes of a text after an error is a guess of its own, so only the other one's word counts.
  if (document === undefined)
    return !text.includes(TEXT_OF_A_MAPPING) && hasTextOfAMapping(value) ? 0 : undefined;
  const { isAlias, isScalar, visit } = placingYaml();
  let offset: number | undefined;
  visit(document, {
    Pair(_, { key }) {
      const node = isAlias(key) ? key.resolve(document) : key;
      if (node === null || node === undefined || isScalar(node)) return undefined;
      offset = (key as Node).range?.[0];
      return visit.BREAK;
    },
  });
  return offset;
}

function hasTextOfAMapping(value: unknown, above: readonly unknown[] = []): boolean {
  if (typeof value !== 'object' || value === null || above.includes(value)) return false;
  if (isFields(value) && Object.hasOwn(value, TEXT_OF_A_MAPPING)) return true;
  return Object.values(value).some((below) => hasTextOfAMapping(below, [...above, value]));
}
