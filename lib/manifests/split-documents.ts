import type { ProblemText } from '../basics/problem';

/** One document of a YAML stream: `text.slice(start, end)`. */
export interface DocumentSlice {
  readonly start: number;
  readonly end: number;
  /** Offset of the separator line that the document follows; equal to `start` for the first document. */
  readonly separator: number;
}

/**
 * Splits a stream as kubectl does, at each line that starts with `---`, before any YAML is parsed: a
 * `---` at the start of a line ends a document even inside a block scalar, and YAML agrees.
 */
export function splitDocuments(text: string): DocumentSlice[] {
  const documents: DocumentSlice[] = [];
  let separator = 0;
  let start = 0;
  let dashes = text.startsWith('---') ? 0 : nextSeparator(text, 0);
  while (dashes !== -1) {
    const lineEnd = endOfLine(text, dashes);
    if (dashes > 0) documents.push({ start, end: dashes, separator });
    separator = dashes;
    start = Math.min(lineEnd + 1, text.length);
    // From the separator's own line break: the next line may be a separator as well.
    dashes = lineEnd >= text.length ? -1 : nextSeparator(text, lineEnd);
  }
  documents.push({ start, end: text.length, separator });
  return documents;
}

/** What is wrong with the separator line at an offset: after the dashes, kubectl allows only blanks and a comment. */
export function badSeparator(text: string, offset: number, end: number): ProblemText | undefined {
  const rest = text.slice(offset + 3, end).trim();
  if (rest === '' || rest.startsWith('#')) return undefined;
  const short = rest.length > 40 ? `${rest.slice(0, 40)}…` : rest;
  return {
    message: `a line that starts with --- separates documents, but this one continues with ${JSON.stringify(short)}`,
    remedy: 'put --- on a line of its own (a # comment may follow) and the document below it',
  };
}

function nextSeparator(text: string, from: number): number {
  const lineBreak = text.indexOf('\n---', from);
  return lineBreak === -1 ? -1 : lineBreak + 1;
}

function endOfLine(text: string, from: number): number {
  const lineBreak = text.indexOf('\n', from);
  return lineBreak === -1 ? text.length : lineBreak;
}

/** The number of line breaks before an offset, which is the line number counting from 0. */
export function linesBefore(text: string, offset: number, from = 0): number {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < offset; at = text.indexOf('\n', at + 1))
    lines += 1;
  return lines;
}

/**
 * JSON objects that follow each other without a separator, as `kubectl get -o json` prints them for several
 * arguments; `undefined` unless there are at least two. Offsets are relative to the whole text.
 */
export function splitJsonObjects(text: string, from: number, to: number): DocumentSlice[] | undefined {
  const slices: DocumentSlice[] = [];
  let depth = 0;
  let start = from;
  for (let at = from; at < to; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at, to);
        break;
      case 0x7b: // {
        if (depth === 0) start = at;
        depth += 1;
        break;
      case 0x7d: // }
        depth -= 1;
        if (depth < 0) return undefined;
        if (depth === 0) slices.push({ start, end: at + 1, separator: start });
        break;
      case 0x09:
      case 0x0a:
      case 0x0d:
      case 0x20:
        break;
      default:
        if (depth === 0) return undefined;
    }
  }
  return depth === 0 && slices.length > 1 ? slices : undefined;
}

function endOfString(text: string, quote: number, to: number): number {
  for (let at = quote + 1; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (code === 0x22) return at;
  }
  return to;
}
