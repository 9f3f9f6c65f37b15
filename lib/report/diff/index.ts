import { formats, type FormatName } from '../formats';
import { diffJson } from './json';
import { diffMarkdown } from './markdown';
import { coveredMarkdownOnBothSides, coveredOnBothSides } from '../wording/coverage';
import { diffText } from './text';

/** The formats of `diff`. */
export const DIFF_FORMATS = formats({
  text: coveredOnBothSides(diffText),
  json: diffJson,
  markdown: coveredMarkdownOnBothSides(diffMarkdown),
});

export type DiffFormat = FormatName<typeof DIFF_FORMATS>;
