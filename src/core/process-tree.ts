/** A process with how deep it stands below one that has no parent in the list. */
export interface Placed<Row> {
  readonly row: Row;
  readonly depth: number;
}

/** Rows in tree order: each one followed by its children, in pid order. Every row appears once, loops included. */
export function processTree<Row extends { readonly pid: number; readonly parentPid: number }>(
  rows: readonly Row[],
): Placed<Row>[] {
  const pids = new Set(rows.map((row) => row.pid));
  const byParent = new Map<number, Row[]>();
  for (const row of [...rows].sort((a, b) => a.pid - b.pid)) {
    const isRoot = !pids.has(row.parentPid) || row.parentPid === row.pid;
    const parent = isRoot ? -1 : row.parentPid;
    byParent.set(parent, [...(byParent.get(parent) ?? []), row]);
  }
  const placed: Placed<Row>[] = [];
  const seen = new Set<Row>();
  const stack = (byParent.get(-1) ?? []).map((row) => ({ row, depth: 0 })).reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (seen.has(next.row)) continue;
    seen.add(next.row);
    placed.push(next);
    const { row, depth } = next;
    for (const child of (byParent.get(row.pid) ?? []).slice().reverse())
      stack.push({ row: child, depth: depth + 1 });
  }
  for (const row of rows) if (!seen.has(row)) placed.push({ row, depth: 0 });
  return placed;
}
