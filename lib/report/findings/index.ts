import { formats, type FormatName } from '../formats';
import { findingsJson } from './json';
import { findingsMarkdown } from './markdown';
import { findingsSarif } from './sarif';
import { coveredInShort } from '../wording/coverage';
import { findingsText } from './text';

/** The formats of `check`. */
export const FINDINGS_FORMATS = formats({
  text: coveredInShort(findingsText),
  json: findingsJson,
  sarif: findingsSarif,
  markdown: coveredInShort(findingsMarkdown),
});

export type FindingsFormat = FormatName<typeof FINDINGS_FORMATS>;
