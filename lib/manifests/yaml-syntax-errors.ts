import { YAMLException } from 'js-yaml';
import { quote } from '../basics/words';
import type { ProblemText, TextPlace } from '../basics/problem';
import { MAX_DEPTH } from './yaml-anchors';

/** A syntax fault and its place in the document. */
export interface SyntaxFault extends ProblemText, TextPlace {}

const REMEDIES: readonly (readonly [RegExp, string, string])[] = [
  [/^duplicated mapping key/, 'appears twice in the same mapping', 'keep only one'],
  [/^tab characters/, 'a tab is used for indentation, which YAML forbids', 'indent with spaces'],
  [
    /maxDepth/,
    `the document is nested deeper than ${MAX_DEPTH} levels`,
    'no Kubernetes object is that deep; look for brackets that are never closed',
  ],
  [/maxTotalMergeKeys|abnormal merge/, 'merge keys (<<) copy more than 10,000 keys', 'write the values out'],
  [
    /^unidentified alias/,
    '',
    'an alias (*name) needs an anchor (&name) above it in the same document; quote the text if it is not meant as an alias',
  ],
  [
    /^unknown tag|undeclared tag|tag suffix|tag name|verbatim tag/,
    '',
    'remove the tag; Kubernetes objects never need one',
  ],
  [
    /non-printable|null byte|valid JSON character/,
    '',
    'remove the control character, or write it as an escape sequence in double quotes',
  ],
  [
    /single document in the stream/,
    'a second document follows without a --- line',
    'separate documents with a line that is just ---',
  ],
  [/directive/, '', 'delete the line; kubectl does not accept % directives'],
  [
    /^cannot merge mappings/,
    'a merge key (<<) accepts only a mapping or a list of mappings',
    'point it at an anchored mapping',
  ],
  [/ is not a number that JSON/, '', 'quote it if it is text'],
  [
    /^end of the stream or/,
    'there is more text after the end of the document',
    'check the indentation, and that all brackets and quotation marks are closed',
  ],
  [/quoted scalar/, '', 'close the quotation mark'],
  [/flow collection/, '', 'close the bracket, or add the missing comma'],
  [
    /bad indentation|colon is missed|multiline key|whitespace character is expected/,
    '',
    'check the indentation of this line and the one above it; quote a value that contains ": "',
  ],
];

const TEMPLATE = /(?:^|[\n:,[]|- )[ \t]*(\{\{|\{%|<%)/;
const CONFLICT = /^(?:<{7}|={7}|>{7})(?: |$)/m;

/** Says in our own words why a document could not be read. `state` is where the parser stopped, if it did not say so. */
export function syntaxFault(error: unknown, text: string, state: ParserState | undefined): SyntaxFault {
  const conflict = CONFLICT.exec(text);
  if (conflict !== null) {
    return at(
      text,
      conflict.index,
      'this is an unresolved merge conflict',
      'resolve it and remove the marker lines',
    );
  }
  const template = TEMPLATE.exec(text);
  if (template !== null) {
    const [matched, marker = ''] = template;
    return templateFault(text, template.index + matched.length - marker.length, marker);
  }
  const cut = cutOff(text);
  // The end is the place: it is where the rest is missing.
  if (cut !== undefined) return at(text, text.trimEnd().length, cut.message, cut.remedy);
  const reason =
    error instanceof YAMLException ? error.reason : 'it is too large or too deeply nested to read';
  const mark = error instanceof YAMLException ? error.mark : undefined;
  const known = REMEDIES.find(([pattern]) => pattern.test(reason));
  const message = known?.[1] === undefined || known[1] === '' ? reason : known[1];
  const place = mark ?? {
    line: state?.line ?? 0,
    column: Math.max(0, (state?.position ?? 0) - (state?.lineStart ?? 0)),
  };
  const isRepeated = /^duplicated/.test(reason);
  const format = /^\s*\{/.test(text) ? 'JSON' : 'YAML';
  return {
    line: place.line + 1,
    column: place.column + 1,
    message: isRepeated
      ? `the key ${quote(keyAt(text, mark?.position ?? 0))} ${message}`
      : `this is not ${format} that kubectl would accept: ${message}`,
    remedy: known?.[2] ?? 'correct the syntax',
  };
}

const WRITTEN = 'see whether the command that wrote it failed, and run it again';

/** What a list of kubectl is that was not written to its end. */
export const CUT_OFF: ProblemText = {
  message: 'this list is cut off before the kind at its end, so further objects may be missing',
  remedy: WRITTEN,
};

const CUT_OFF_JSON: ProblemText = {
  message: 'this JSON is cut off, or has a bracket or quotation mark that is never closed',
  remedy: `${WRITTEN}; or close what is open`,
};

/**
 * What a document is that is not whole and of which programs write the like, without slips: JSON whose brackets are open at
 * its end, or what `kubectl get -o yaml` prints before `kind: List`.
 */
function cutOff(text: string): ProblemText | undefined {
  if (/^\s*\{\s*(?:"|$)/.test(text)) return hasOpenBracket(text) ? CUT_OFF_JSON : undefined;
  const isList = /^\s*apiVersion: v1\nitems:(?:\n|$)/.test(text);
  return isList && !/^kind: List\n[^]*\n$/m.test(text) ? CUT_OFF : undefined;
}

function hasOpenBracket(text: string): boolean {
  let depth = 0;
  // Strings whole, also one that does not end.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\[^])*(?:"|$)|[{}[\]]/g)) {
    if (token.startsWith('"') && (token.length === 1 || !token.endsWith('"'))) return true;
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
  }
  return depth > 0;
}

/** A mapping or list as a key: the braces of an unrendered template, or a slip. */
export function complexKeyFault(text: string, offset: number): SyntaxFault {
  const brace = text.lastIndexOf('{{', offset + 1);
  if (brace !== -1 && brace >= offset - 1) return templateFault(text, brace, '{{');
  const message =
    'this is not YAML that kubectl would accept: a key must be text, but this is a mapping or a list';
  return at(text, offset, message, 'quote the key if its brackets are meant as text');
}

function templateFault(text: string, offset: number, marker: string): SyntaxFault {
  const name = marker === '{{' ? 'Helm or Go' : marker === '{%' ? 'Jinja' : 'ERB';
  const remedy = 'render it first; for a chart, use `helm template RELEASE CHART | namespace-jail … -`';
  return at(text, offset, `this is a ${name} template, not YAML`, remedy);
}

/** The part of js-yaml's state that we look at. */
export interface ParserState {
  readonly input: string;
  readonly position: number;
  readonly line: number;
  readonly lineStart: number;
  readonly depth: number;
  readonly result: unknown;
}

function at(text: string, offset: number, message: string, remedy: string): SyntaxFault {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1, message, remedy };
}

/** The key that starts at an offset, without its quotation marks. */
export function keyAt(text: string, offset: number): string {
  const [, double, single, plain = ''] = KEY.exec(text.slice(offset, offset + 80)) ?? [];
  return double ?? single ?? plain.trim();
}

const KEY = /^(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([^:\n]*))/;
