import type { Printable } from './wording/printable';

/** An answer as text, in one format. */
export type Format<Answer, Options> = (answer: Answer, options: Options) => Printable;

/** The formats of one question by the names `-o` accepts, the default first. */
export type Formats<Answer, Options, Name extends string = string> = Readonly<
  Record<Name, Format<Answer, Options>>
>;

/** A table of formats; their names and the settings they need follow from its rows. */
export function formats<Answer, Options, Name extends string>(
  rows: Record<Name, Format<Answer, Options>>,
): Formats<Answer, Options, Name> {
  return rows;
}

/** The names of a table of formats. */
export type FormatName<Table> = Table extends Formats<never, never, infer Name> ? Name : never;

/** The values of `-o`; the first is the default. */
export function formatNames(table: Formats<never, never>): readonly string[] {
  return Object.keys(table);
}
