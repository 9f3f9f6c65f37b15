import { visible } from '../../basics/visible';
import { printable, type Printable } from './printable';

/** A piece of a markup language: our own text, and values as text whatever they contain. */
export class Markup<Language extends string> {
  public constructor(
    public readonly language: Language,
    public readonly text: string,
  ) {}
}

/** A value between our own text: markup of the same language stays markup, anything else is escaped. */
export type Value<Language extends string> = string | number | Markup<Language>;

/** A template tag for a markup language, which makes a forgotten escape impossible. */
export type Tag<Language extends string> = (
  ours: TemplateStringsArray,
  ...values: readonly Value<Language>[]
) => Markup<Language>;

/** @param escape turns a text without hidden characters into markup that shows it */
export function markupTag<Language extends string>(
  language: Language,
  escape: (text: string) => string,
): Tag<Language> {
  const text = (value: Value<Language>): string =>
    value instanceof Markup ? value.text : escape(visible(String(value)));
  return (ours, ...values) =>
    new Markup(
      language,
      ours.reduce((all, next, at) => `${all}${text(values[at - 1] ?? '')}${next}`),
    );
}

/** A document of lines in a markup language. */
export function markupText(lines: readonly Markup<string>[]): Printable {
  return printable(lines.map(({ text }) => text));
}
