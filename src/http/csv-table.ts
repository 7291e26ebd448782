import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { Refusal } from '../core/refusal.ts';

const Rows = z.array(
  z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.number() }) }),
);

export interface CsvRow {
  readonly line: number;
  readonly record: Readonly<Record<string, string>>;
}

/**
 * Reads a table whose first line names its columns. `rule` names what is refused by, `wayOut` says how it should be.
 * @throws Refusal when it isn't CSV, or has more than `maxRows` rows
 */
export function readCsv(
  text: string,
  columnName: (written: string) => string,
  maxRows: number,
  refusal: { readonly rule: string; readonly wayOut: string },
): readonly CsvRow[] {
  const rows = rowsOf(text, columnName, refusal);
  if (rows.length > maxRows) {
    throw new Refusal('request-invalid', `The table has more than ${maxRows} rows.`, {
      rule: `${refusal.rule}.rows`,
    });
  }
  return rows.map(({ record, info }) => ({ line: info.lines, record }));
}

function rowsOf(
  text: string,
  columnName: (written: string) => string,
  refusal: { readonly rule: string; readonly wayOut: string },
): z.infer<typeof Rows> {
  try {
    const options = {
      bom: true,
      info: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 10_000,
    } as const;
    return Rows.parse(parse(text, { ...options, columns: (names: string[]) => names.map(columnName) }));
  } catch (error) {
    const why = error instanceof Error && !(error instanceof z.ZodError) ? error.message : 'unknown layout';
    throw new Refusal('request-invalid', `The table can't be read as CSV: ${why}.`, {
      rule: `${refusal.rule}.csv`,
      wayOut: refusal.wayOut,
    });
  }
}
