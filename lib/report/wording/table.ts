import { visibleInColor, width } from './colors';

/** Left-aligned columns, two spaces apart, as `linkerd` and `kubectl` print them. */
export function table(rows: readonly (readonly string[])[], indent = ''): string[] {
  const shown = rows.map((row) => row.map(visibleInColor));
  const widths: number[] = [];
  for (const row of shown)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, width(cell))));
  return shown.map((row) => {
    const cells = row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)));
    return `${indent}${cells.join('  ')}`.trimEnd();
  });
}
