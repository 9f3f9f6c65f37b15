import { formats, type FormatName } from '../formats';
import { diffJson } from './json';
import { diffMarkdown } from './markdown';
import { coveredCommentOnBothSides, coveredOnBothSides } from '../wording/coverage';
import { diffText } from './text';

/** The formats of `diff`. */
export const DIFF_FORMATS = formats({
  text: coveredOnBothSides(diffText),
  json: diffJson,
  markdown: coveredCommentOnBothSides(diffMarkdown),
});

export type DiffFormat = FormatName<typeof DIFF_FORMATS>;
