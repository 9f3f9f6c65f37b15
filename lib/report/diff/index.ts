import { formats, type FormatName } from '../formats';
import { diffJson } from './json';
import { diffMarkdown } from './markdown';
import { diffText } from './text';

/** The formats of `diff`. */
export const DIFF_FORMATS = formats({ text: diffText, json: diffJson, markdown: diffMarkdown });

export type DiffFormat = FormatName<typeof DIFF_FORMATS>;
