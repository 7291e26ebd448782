import { z } from 'zod';
import type { PersonRow } from '../app/import-people.ts';
import { CourseRole } from '../core/role.ts';
import { readCsv } from './csv-table.ts';
import { plainIssue } from './plain-issue.ts';
import { Email, PersonName } from './schemas/field-types.ts';

const MAX_ROWS = 5_000;
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
  const table = readCsv(text, (name) => name.toLowerCase().replace(/[^a-z]/g, ''), MAX_ROWS, {
    rule: 'people',
    wayOut: 'Begin with the line `name,email,externalId,role`; the last two may be left out.',
  });
  const rows: PersonRow[] = [];
  const problems: { line: number; message: string }[] = [];
  for (const { line, record } of table) {
    const given = { ...record, role: record['role'] === '' ? undefined : record['role'] };
    const parsed = Row.safeParse(given, { error: plainIssue });
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
