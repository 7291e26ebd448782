import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { PersonRow } from '../app/import-people.ts';
import { Refusal } from '../core/refusal.ts';
import { CourseRole } from '../core/role.ts';
import { Email, PersonName } from './schemas/field-types.ts';

const MAX_ROWS = 5_000;
const Rows = z.array(
  z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.number() }) }),
);
const Row = z.object({
  name: PersonName,
  email: Email,
  externalid: z.string().trim().max(100).optional(),
  role: CourseRole.default('learner'),
});

export interface PeopleTable {
  readonly rows: readonly PersonRow[];
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/** Reads a table of people with a header line `name,email[,externalId][,role]`. @throws Refusal when it isn't CSV */
export function readPeopleTable(text: string): PeopleTable {
  const raw = rowsOf(text);
  if (raw.length > MAX_ROWS) {
    throw new Refusal('request-invalid', `The table has more than ${MAX_ROWS} rows.`, {
      rule: 'people.rows',
    });
  }
  const rows: PersonRow[] = [];
  const problems: { line: number; message: string }[] = [];
  for (const { record, info } of raw) {
    const line = info.lines;
    const parsed = Row.safeParse({ ...record, role: record['role'] === '' ? undefined : record['role'] });
    if (parsed.success) {
      const { name, email, role, externalid } = parsed.data;
      rows.push({ line, member: { name, email, role, ...(externalid && { externalId: externalid }) } });
    } else {
      const words = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      problems.push({ line, message: words.join('; ') });
    }
  }
  return { rows, problems };
}

function rowsOf(text: string): z.infer<typeof Rows> {
  try {
    const options = {
      bom: true,
      info: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 10_000,
    } as const;
    const columns = (names: string[]): string[] =>
      names.map((name) => name.toLowerCase().replace(/[^a-z]/g, ''));
    return Rows.parse(parse(text, { ...options, columns }));
  } catch (error) {
    const why = error instanceof Error && !(error instanceof z.ZodError) ? error.message : 'unknown layout';
    throw new Refusal('request-invalid', `The table can't be read as CSV: ${why}.`, {
      rule: 'people.csv',
      wayOut: 'Begin with the line `name,email,externalId,role`; the last two may be left out.',
    });
  }
}
