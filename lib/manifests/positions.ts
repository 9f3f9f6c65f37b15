import type { Document, LineCounter, Node } from 'yaml';
import type { TextPlace } from '../basics/problem';
import type { Origin } from '../kubernetes/object';
import type { Path } from '../kubernetes/path';
import { parseWithPlaces, placingYaml } from './yaml-places';

/** The piece of a file that an object was read from; `text` is the whole file, shared by its objects. */
export interface SourceText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Line of `start`, counting from 1. */
  readonly line: number;
}

/**
 * An origin that knows its text. The text is a private field, so that an origin looks like a plain pair; a WeakMap
 * next to the objects would cost the garbage collector more than reading does.
 */
class TextOrigin implements Origin {
  readonly #source: SourceText;

  public constructor(
    public readonly file: string,
    public readonly line: number,
    source: SourceText,
  ) {
    this.#source = source;
  }

  public static sourceOf(origin: Origin): SourceText | undefined {
    return #source in origin ? origin.#source : undefined;
  }
}

export function originIn(file: string, line: number, source: SourceText | undefined): Origin {
  return source === undefined ? { file, line } : new TextOrigin(file, line, source);
}

/**
 * The place of a field, such as `['spec', 'port']`, in the object with that origin: of its key, or of the list item. An
 * absent field has the place of the nearest field above it. For objects passed in code only the origin is known.
 *
 * Most of the input is read without positions; a document whose positions are needed is read again here.
 */
export function placeOf(origin: Origin, path: Path): Origin & { readonly column?: number } {
  const source = TextOrigin.sourceOf(origin);
  const place = source && placeIn(source, path);
  return { file: origin.file, line: origin.line, ...place };
}

/** The place of a field in a text, for the object that starts on the given line (counting from 1). */
export function locate(text: string, line: number, path: Path): TextPlace {
  const start = offsetOfLine(text, line);
  const separator = text.indexOf('\n---', start);
  const end = separator === -1 ? text.length : separator + 1;
  return placeIn({ text, start, end, line }, path) ?? { line, column: 1 };
}

interface Parsed {
  /** Absent where the parser that knows places does not read the text. */
  readonly document: Document | undefined;
  readonly lines: LineCounter;
}

// Findings come in bunches about one object, so the last document read again is kept.
let last: { readonly source: SourceText; readonly parsed: Parsed } | undefined;

/** The place of a field in the piece of text that an object was read from. */
export function placeIn(source: SourceText, path: Path): TextPlace | undefined {
  if (last?.source !== source) last = { source, parsed: parseSource(source) };
  const { document, lines } = last.parsed;
  const offset = document && offsetOf(document, path);
  if (offset === undefined) return undefined;
  const { line, col } = lines.linePos(offset);
  return { line: source.line + line - 1, column: col };
}

function parseSource(source: SourceText): Parsed {
  const { LineCounter: Lines } = placingYaml();
  const lines = new Lines();
  // A list item starts in the middle of its line; blanks in place of what precedes it keep the columns.
  const text =
    ' '.repeat(source.start - lineStart(source.text, source.start)) +
    source.text.slice(source.start, source.end);
  return { document: parseWithPlaces(text, lines), lines };
}

function offsetOf(document: Document, path: Path): number | undefined {
  const { isAlias, isMap, isScalar, isSeq } = placingYaml();
  let node: Node | null | undefined = document.contents;
  let offset = node?.range?.[0];
  for (const segment of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      // Of a key that stands twice the last one counts.
      const pair = node.items
        .filter(({ key }) => isScalar(key) && String(key.value) === String(segment))
        .at(-1);
      if (pair === undefined) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(node) && typeof segment === 'number') {
      const item = node.items[segment] as Node | undefined;
      if (item === undefined) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else {
      return offset;
    }
  }
  return offset;
}

function offsetOfLine(text: string, line: number): number {
  let offset = 0;
  for (let at = 1; at < line; at += 1) {
    const lineBreak = text.indexOf('\n', offset);
    if (lineBreak === -1) return offset;
    offset = lineBreak + 1;
  }
  return offset;
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}
