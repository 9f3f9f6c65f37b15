import { Option } from 'commander';
import { formatNames, type Formats } from '../report/formats';

/** `-o`: its choices are the rows of a table of formats; the first is the default. */
export function formatOption(table: Formats<never, never>): Option {
  const names = formatNames(table);
  return new Option('-o, --output <format>', 'output format').choices(names).default(names[0]);
}
