import { fileURLToPath } from 'node:url';
import { openDatabase } from './adapters/postgres/database.ts';
import { seedDemoCourse } from './app/seed-demo-course.ts';
import { composeScenarios } from './compose-grader.ts';
import { composeStores, scenarioCatalogue, SYSTEM_CLOCK } from './compose-stores.ts';
import { loadConfig } from './config.ts';

/** Makes the demo course in the database and tells of it in one JSON document, sign-in links included. */
const config = loadConfig(process.env);
const scenarios = await composeScenarios(fileURLToPath(new URL('../scenarios', import.meta.url)));
const db = openDatabase({ url: config.databaseUrl, connections: 2 });
try {
  const deps = { ...composeStores(db), scenarios: scenarioCatalogue(scenarios), clock: SYSTEM_CLOCK };
  const { course, people, submitToken, assignments } = await seedDemoCourse(deps);
  const base = config.http.publicUrl ?? `http://${config.http.host}:${config.http.port}`;
  const links = people.map(({ name, token }) => ({ name, signIn: `${base}/sign-in#${token}` }));
  process.stdout.write(`${JSON.stringify({ course, people: links, submitToken, assignments }, null, 2)}\n`);
} finally {
  await db.$disconnect();
}
