import { formats, type FormatName } from '../formats';
import { breakInAnnotate } from './annotate';
import { breakInJson } from './json';
import { covered, coveredByComment } from '../wording/coverage';
import { breakInText } from './text';

/** The formats of `break-in`. */
export const BREAK_IN_FORMATS = formats({
  text: covered(breakInText),
  json: breakInJson,
  annotate: coveredByComment('#', breakInAnnotate),
});

export type BreakInFormat = FormatName<typeof BREAK_IN_FORMATS>;
