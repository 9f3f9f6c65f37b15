import { Option } from 'commander';
import { formatNames, type Formats } from '../report/formats';

/** `-o`: its choices are the rows of a table of formats, its default the first one. */
export function formatOption(table: Formats<never, never>): Option {
  const names = formatNames(table);
  return new Option('-o, --output <format>', 'how to print').choices(names).default(names[0]);
}
