import { printedLine } from './colors';

declare const made: unique symbol;

/**
 * A text that may leave: on a terminal, in a file, as any format. Its line breaks and colours are ours, and what else is
 * hidden in it is visible. Only this file makes one, so that no way out can be forgotten.
 */
export type Printable = string & { readonly [made]: true };

/**
 * Lines, each on a line of its own whatever it contains: a line break within one belongs to a name, and becomes `\n`.
 * The last line gets no line end of its own.
 */
export function printable(lines: readonly string[], lineEnd: '\n' | '\r\n' = '\n'): Printable {
  return lines.map((line) => inert(printedLine(line))).join(lineEnd) as Printable;
}

/** One line of somebody's text whose tabs stay: a patch must have them as the file has. */
export function tabbed(line: string): Printable {
  return inert(line.split('\t').map(printedLine).join('\t')) as Printable;
}

/** Texts one after the other. */
export function joined(...parts: readonly Printable[]): Printable {
  return parts.join('') as Printable;
}

/** A text without the line ends at its end. */
export function trimmed(text: Printable): Printable {
  return text.trimEnd() as Printable;
}

/** A line that is written over the one before: progress on a terminal. */
export function overwriting(line: string): Printable {
  return `\r${printedLine(line)}` as Printable;
}

/**
 * Build servers take some lines of a log as commands: GitHub those that begin with `::` or hold `##[`, Azure Pipelines `##vso[`,
 * TeamCity `##teamcity[`.
 */
function inert(line: string): string {
  return line.replace(/^(\s*):(?=:)/, '$1\\u003a').replace(/#(?=#\w*\[)/g, '\\u0023');
}
