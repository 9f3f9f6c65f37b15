import type { Document, LineCounter } from 'yaml';

let loaded: typeof import('yaml') | undefined;

/**
 * The parser that knows places, loaded when the first one is asked for: most runs never do, and to load it takes longer
 * than to read a small input.
 */
export function placingYaml(): typeof import('yaml') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import is loaded at once
  loaded ??= require('yaml') as typeof import('yaml');
  return loaded;
}

/**
 * A text parsed a second time, for the places of its values. js-yaml has taken it; where this parser has errors of its own,
 * what it recovers is not what was read, so nothing of it counts: `undefined`.
 */
export function parseWithPlaces(text: string, lineCounter?: LineCounter): Document | undefined {
  const document = placingYaml().parseDocument(text, {
    ...(lineCounter === undefined ? {} : { lineCounter }),
    version: '1.1',
    strict: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  return document.errors.length === 0 || endsInItsList(document, text) ? document : undefined;
}

/** An item cut out of a list is followed by what belongs to the list: the dash or comma of the next one, its brackets. */
function endsInItsList({ contents, errors }: Document, text: string): boolean {
  const end = contents?.range?.[1] ?? 0;
  return errors.every(({ pos }) => pos[0] >= end) && /^(?:\s|#.*\n)*(?:[,\]}-]|$)/.test(text.slice(end));
}
