import { stringLiteral } from '../../basics/typescript';
import { visible } from '../../basics/visible';

/** The widest line of generated code, as in the Prettier settings. */
const WIDTH = 110;

/** A value of an object literal: code as it is, or a list or object of such values. */
export type Literal = string | readonly Literal[] | { readonly [key: string]: Literal | undefined };

/** The key of an object literal. */
function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : stringLiteral(name);
}

/**
 * A literal as Prettier writes it: on one line if it fits, else broken at the outermost bracket.
 *
 * @param room characters left on the line, including a trailing comma
 */
export function literal(value: Literal, indent: string, room: number): string {
  const inline = onOneLine(value);
  if (typeof value === 'string' || inline.length <= room) return inline;
  const deeper = `${indent}  `;
  const lines = Array.isArray(value)
    ? (value as readonly Literal[]).map((item) => `${deeper}${literal(item, deeper, roomFor(deeper))},`)
    : entriesOf(value as { [key: string]: Literal }).map(([name, item]) => {
        const start = `${deeper}${key(name)}: `;
        return `${start}${literal(item, deeper, roomFor(start))},`;
      });
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${lines.join('\n')}\n${indent}${close}`;
}

/** The room left on a line after this text and a trailing comma. */
export function roomFor(start: string): number {
  return WIDTH - start.length - 1;
}

function onOneLine(value: Literal): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${(value as readonly Literal[]).map(onOneLine).join(', ')}]`;
  const entries = entriesOf(value as { [key: string]: Literal });
  if (entries.length === 0) return '{}';
  return `{ ${entries.map(([name, item]) => `${key(name)}: ${onOneLine(item)}`).join(', ')} }`;
}

function entriesOf(value: { readonly [key: string]: Literal | undefined }): [string, Literal][] {
  return Object.entries(value).filter((entry): entry is [string, Literal] => entry[1] !== undefined);
}

/** A text as wrapped comment lines. */
export function comment(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of visible(text).trim().split(/ +/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && indent.length + 3 + longer.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].map((part) => `${indent}// ${part}`);
}

/** Code as comment lines, ready to be uncommented. */
export function commentedOut(code: string, indent: string): string[] {
  return code.split('\n').map((line) => `${indent}// ${line}`);
}
