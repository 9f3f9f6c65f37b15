import { visible } from '../../basics/visible';
import { Markup, markupTag } from './markup';

export type Markdown = Markup<'markdown'>;

/** Markdown in which values are text: `md\`| ${name} |\``. */
export const mdLine = markupTag('markdown', escapeMarkdown);

/** Splits what a site would take for a reference. Nobody sees it, and it is not copied along. */
const GAP = '<span></span>';
/** Stands for the gap while the rest is escaped; values have no such character any more. */
const MARK = '\0';

/**
 * What GitHub and GitLab make a link or a notification of once the text is rendered, when no backslash counts any more:
 * people, mail addresses, issues, milestones, labels, commits and emoji.
 */
const REFERENCE =
  /@(?=\w)|[#!%&$](?=\d)|~(?=\w)|\bGH-(?=\d)|(?<![0-9a-z])[0-9a-f](?=[0-9a-f]{6,39}(?![0-9a-z]))|:(?=[+-]1:|(?=[0-9a-f]*[g-z_])\w+:)/gi;

/**
 * A backslash before whatever could begin markup, HTML, an entity, an automatic link or, at the start, a block, and a gap
 * in whatever a comment would turn into a reference.
 */
function escapeMarkdown(text: string): string {
  return text
    .replace(REFERENCE, `$&${MARK}`)
    .replace(/[\\`*_<>[\]|#~&$]/g, '\\$&')
    .replace(/:(?=\/\/)|(?<=www)\./gi, '\\$&')
    .replace(/^(?:[-+=](?=[\s\-+=])|\d+(?=[.)]\s))/, (start) =>
      /\d/.test(start) ? `${start}\\` : `\\${start}`,
    )
    .replaceAll(MARK, GAP);
}

/** A code span: between more backticks than the text has in a row. */
export function code(text: string): Markdown {
  const shown = visible(text);
  const ticks = '`'.repeat(longest(/`+/g, shown) + 1);
  const pad = /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return new Markup('markdown', `${ticks}${pad}${shown}${pad}${ticks}`);
}

/** A link to a page of ours. */
export function link(text: string, url: string): Markdown {
  return new Markup(
    'markdown',
    `[${mdLine`${text}`.text}](${encodeURI(visible(url)).replace(/[()]/g, '\\$&')})`,
  );
}

/** A row of a table. */
export function row(cells: readonly (string | Markdown)[]): Markdown {
  return new Markup('markdown', `| ${cells.map((cell) => mdLine`${cell}`.text).join(' | ')} |`);
}

/** A block of code; no line in it can end it. */
export function fenced(language: string, lines: readonly string[], indent = ''): Markdown[] {
  const fence = '`'.repeat(Math.max(3, ...lines.map((line) => longest(/`+/g, line) + 1)));
  return [`${fence}${language}`, ...lines, fence].map((line) => new Markup('markdown', `${indent}${line}`));
}

function longest(pattern: RegExp, text: string): number {
  return Math.max(0, ...(text.match(pattern) ?? []).map(({ length }) => length));
}
