import { isAlias, isScalar, parseDocument, visit, type Node } from 'yaml';

const SIGNS = ['}:', '} :', ']:', '] :', '{{', '{[', '{ {', '{ ['];

/** Cheap test for texts in which a mapping or a list may be a key. */
export function mayHaveComplexKeys(text: string): boolean {
  return (
    SIGNS.some((sign) => text.includes(sign)) ||
    (text.includes('?') && /^[ \t-]*\?\s|[[{,]\s*\?\s/m.test(text))
  );
}

/**
 * Offset of a key that is not a scalar. kubectl refuses such a key; js-yaml turns it into the text `[object Object]`. An
 * unquoted Helm template is one: `name: {{ .Release.Name }}` is a mapping whose key is a mapping.
 */
export function complexKeyOffset(text: string): number | undefined {
  const document = parseDocument(text, {
    version: '1.1',
    strict: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
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
