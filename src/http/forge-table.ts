import { readCsv } from './csv-table.ts';
import { plainIssue } from './plain-issue.ts';
import { ForgeMapping } from './schemas/forge.ts';

const MAX_ROWS = 1_000;

export interface ForgeTable {
  readonly rows: readonly { readonly line: number; readonly mapping: ForgeMapping }[];
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/**
 * Reads a table with the header `repository,email`; every further column is named as an assignment, and holds the folder
 * of it in that repository. `assignments` are the names that there are.
 * @throws Refusal when it isn't CSV
 */
export function readForgeTable(text: string, assignments: ReadonlySet<string>): ForgeTable {
  const table = readCsv(text, (name) => name.toLowerCase(), MAX_ROWS, {
    rule: 'forge.table',
    wayOut:
      'Begin with the line `repository,email`; a further column holds the folder of the assignment it is named as.',
  });
  const rows: { line: number; mapping: ForgeMapping }[] = [];
  const problems: { line: number; message: string }[] = [];
  const columns = Object.keys(table[0]?.record ?? {});
  const unknown = columns.filter((name) => !['repository', 'email'].includes(name) && !assignments.has(name));
  if (unknown.length > 0)
    problems.push({ line: 1, message: `There is no assignment ${unknown.join(', ').slice(0, 200)}.` });
  for (const { line, record } of table) {
    const { repository: name, email: person, ...folders } = record;
    const given = Object.fromEntries(Object.entries(folders).filter(([, folder]) => folder !== ''));
    const parsed = ForgeMapping.safeParse({ name, person, folders: given }, { error: plainIssue });
    if (parsed.success) rows.push({ line, mapping: parsed.data });
    else {
      const words = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      problems.push({ line, message: words.join('; ') });
    }
  }
  return { rows, problems };
}
