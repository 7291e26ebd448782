import { personRepositories } from '../../../src/adapters/git/person-repositories.ts';
import { openDatabase } from '../../../src/adapters/postgres/database.ts';
import { finishRemovals } from '../../../src/app/remove-person.ts';
import { composeStores } from '../../../src/compose-stores.ts';
import { sql } from '../support/database.ts';
import type { Stack } from '../support/stack.ts';

/** What the service does by itself each minute; gives how many removals were gone through. */
export async function finishAt(stack: Stack): Promise<number> {
  const db = openDatabase({ url: stack.config.databaseUrl, connections: 2 });
  try {
    const repositories = personRepositories(stack.config.git.folder);
    const deps = { ...stack.api.service, ...composeStores(db), clock: stack.clock, repositories };
    return await finishRemovals(deps, AbortSignal.timeout(20_000));
  } finally {
    await db.$disconnect();
  }
}

/** Tables in which the word stands, anywhere in a row. */
export async function tablesWith(stack: Stack, word: string): Promise<string[]> {
  const { databaseUrl } = stack.config;
  const tables = await sql(databaseUrl, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  const names = tables.map(({ tablename }) => String(tablename));
  const found = names.map(async (name) => {
    const text = `SELECT 1 FROM "${name}" AS entry WHERE entry::text LIKE $1`;
    return (await sql(databaseUrl, text, [`%${word}%`])).length > 0 ? [name] : [];
  });
  return (await Promise.all(found)).flat().sort();
}
