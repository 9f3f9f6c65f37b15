import type { ProblemText } from '../basics/problem';

/** No manifest nests deeper than this; the API server's own types end far earlier. */
export const MAX_DEPTH = 200;

/** Anchors may expand a document to this many values; go-yaml's limit is in the same range. */
const MAX_EXPANDED_VALUES = 200_000;

const CYCLIC: ProblemText = {
  message: 'an anchor contains an alias to itself, so the document is endless',
  remedy: 'write the value out instead of the alias',
};
const TOO_DEEP: ProblemText = {
  message: `aliases nest the document deeper than ${MAX_DEPTH} levels`,
  remedy: 'write out the values, or split the document',
};
const TOO_MANY: ProblemText = {
  message: `aliases expand the document to more than ${MAX_EXPANDED_VALUES.toLocaleString('en')} values`,
  remedy: 'use fewer aliases, or split the document',
};

/**
 * Walks a document that uses anchors as if each alias were written out, and says why that would not end: js-yaml shares
 * the aliased value, so reading a "billion laughs" costs nothing, but everything that walks it afterwards would pay.
 */
export function aliasFault(root: unknown): ProblemText | undefined {
  const above = new Set<object>();
  let values = 0;
  function visit(value: unknown): ProblemText | undefined {
    values += 1;
    if (values > MAX_EXPANDED_VALUES) return TOO_MANY;
    if (typeof value !== 'object' || value === null) return undefined;
    if (above.has(value)) return CYCLIC;
    if (above.size >= MAX_DEPTH) return TOO_DEEP;
    above.add(value);
    for (const member of Object.values(value)) {
      const fault = visit(member);
      if (fault !== undefined) return fault;
    }
    above.delete(value);
    return undefined;
  }
  return visit(root);
}
