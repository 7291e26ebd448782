/** Cells wider than this are cut, so that one long value can't push the other columns out of sight. */
const MAX_CELL = 72;

/**
 * Lines of a table with a header, columns padded to their widest cell, two spaces between them. The last column
 * isn't padded. Line breaks in cells become spaces.
 */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [header, ...rows].map((row) => row.map(cell));
  const widths = header.map((_, column) =>
    Math.max(...cells.map((row) => Array.from(row[column] ?? '').length)),
  );
  return cells.map((row) =>
    row
      .map((text, column) => text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - Array.from(text).length)))
      .join('  ')
      .trimEnd(),
  );
}

function cell(text: string): string {
  const line = Array.from(text.replace(/\s*[\r\n]+\s*/g, ' '));
  return line.length > MAX_CELL ? `${line.slice(0, MAX_CELL - 1).join('')}…` : line.join('');
}
