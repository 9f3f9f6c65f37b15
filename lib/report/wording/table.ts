/**
 * Left-aligned columns, two spaces apart, as `linkerd` and `kubectl` print them. Widths are of visible text: colour codes
 * do not count.
 */
export function table(rows: readonly (readonly string[])[], indent = ''): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, visible(cell).length)));
  }
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - visible(cell).length));
    return `${indent}${cells.join('  ')}`.trimEnd();
  });
}

function visible(cell: string): string {
  return cell.replace(/\u001b\[\d+m/g, '');
}
