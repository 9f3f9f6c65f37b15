import { visible } from '../../basics/visible';
import { printable, type Printable } from './printable';

/** What a spreadsheet would read as the start of a formula, also in the wide form of East Asian keyboards. */
const FORMULA = /^\s*[=+\-@\uff0b\uff0d\uff1d\uff20]/;

/** RFC 4180; a cell that a spreadsheet would read as a formula becomes text, and hidden characters become visible. */
export function csv(rows: readonly (readonly string[])[]): Printable {
  const cell = (text: string): string => {
    const shown = visible(text);
    const safe = FORMULA.test(shown) ? `'${shown}` : shown;
    return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return printable([...rows.map((row) => row.map(cell).join(',')), ''], '\r\n');
}
