import { markupTag } from './markup';

const ENTITIES: Readonly<Record<string, string>> = {
  '"': '#quot;',
  '#': '#35;',
  '&': '#amp;',
  '<': '#lt;',
  '>': '#gt;',
  '`': '#96;',
  '\\': '#92;',
};

/** Mermaid; values belong between quotation marks. It reads entities, HTML, Markdown after a backtick, and `\n`. */
export const mermaid = markupTag('mermaid', (text) =>
  text.replace(/["#&<>`\\]/g, (found) => ENTITIES[found] ?? found),
);

/** Graphviz; values belong between quotation marks. It reads escapes such as `\N`, and entities. */
export const dot = markupTag('dot', (text) => text.replace(/[\\"]/g, '\\$&').replaceAll('&', '&amp;'));
