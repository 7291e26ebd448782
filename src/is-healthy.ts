import { hostname } from 'node:os';
import { openDatabase } from './adapters/postgres/database.ts';
import { workerStore } from './adapters/postgres/worker-store.ts';
import { loadConfig } from './config.ts';

/**
 * Health check of a container: `is-healthy api` asks the API of this container, `is-healthy worker` looks whether its
 * worker has told of itself lately. Exits with 0 or 1.
 */
const LIMIT_MS = 4_000;

const config = loadConfig(process.env);
const late = new Promise<string>((resolve) => {
  setTimeout(() => {
    resolve(`no answer within ${LIMIT_MS / 1000} s`);
  }, LIMIT_MS).unref();
});
const looking = process.argv[2] === 'worker' ? lookAtWorker() : lookAtApi();
const trouble = await Promise.race([looking.catch((error: unknown) => String(error)), late]);
process.stdout.write(`${trouble ?? 'healthy'}\n`);
process.exit(trouble === null ? 0 : 1);

async function lookAtApi(): Promise<string | null> {
  const answer = await fetch(`http://127.0.0.1:${config.http.port}/healthz`);
  return answer.ok ? null : `the API answered with ${answer.status}`;
}

async function lookAtWorker(): Promise<string | null> {
  const db = openDatabase({ url: config.databaseUrl, connections: 1 });
  const workers = await workerStore(db).list(new Date());
  const own = workers.filter(({ host }) => host === hostname());
  const states = own.map(({ state }) => state);
  return states.some((state) => state !== 'lost') ? null : `no worker of ${hostname()} has told of itself`;
}
