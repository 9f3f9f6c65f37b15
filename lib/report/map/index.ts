import { formats, type FormatName } from '../formats';
import { mapCsv } from './csv';
import { mapDot } from './dot';
import { mapJson } from './json';
import { mapMarkdown } from './markdown';
import { mapMermaid } from './mermaid';
import { pairsCsv, pairsJson, pairsText } from './pairs';
import { covered, coveredByComment, coveredTable, coveredMarkdown } from '../wording/coverage';
import { mapText } from './text';

/** The formats of `map`. */
export const MAP_FORMATS = formats({
  text: covered(mapText),
  json: mapJson,
  csv: mapCsv,
  markdown: coveredMarkdown(mapMarkdown),
  mermaid: coveredByComment('%%', mapMermaid),
  dot: coveredByComment('//', mapDot),
});

export type MapFormat = FormatName<typeof MAP_FORMATS>;

/** The formats that can list pairs of workload and port; the others draw classes of clients. */
export const PAIRS_FORMATS = formats({ text: coveredTable(pairsText), json: pairsJson, csv: pairsCsv });
