import { hostname } from 'node:os';
import { loadConfig } from './config.ts';

/**
 * Health check of a container: `is-healthy api` asks the API of this container, `is-healthy worker` looks whether its
 * worker has told of itself lately. Exits with 0 or 1, a little before the container's own limit on a check, which
 * would end it without a word.
 */
const LIMIT_MS = { api: 4_000, worker: 25_000 };

const config = loadConfig(process.env);
const kind = process.argv[2] === 'worker' ? 'worker' : 'api';
const late = new Promise<string>((resolve) => {
  setTimeout(() => {
    resolve(`no answer within ${LIMIT_MS[kind] / 1000} s`);
  }, LIMIT_MS[kind]).unref();
});
const looking = kind === 'worker' ? lookAtWorker() : lookAtApi();
const trouble = await Promise.race([looking.catch((error: unknown) => String(error)), late]);
process.stdout.write(`${trouble ?? 'healthy'}\n`);
process.exit(trouble === null ? 0 : 1);

async function lookAtApi(): Promise<string | null> {
  const answer = await fetch(`http://127.0.0.1:${config.http.port}/healthz`);
  return answer.ok ? null : `the API answered with ${answer.status}`;
}

async function lookAtWorker(): Promise<string | null> {
  // Loaded here alone: it takes a second of CPU, which the API's check would spend every ten seconds.
  const { openDatabase } = await import('./adapters/postgres/database.ts');
  const { workerStore } = await import('./adapters/postgres/worker-store.ts');
  const db = openDatabase({ url: config.databaseUrl, connections: 1 });
  const workers = await workerStore(db).list(new Date());
  const own = workers.filter(({ host }) => host === hostname());
  const states = own.map(({ state }) => state);
  return states.some((state) => state !== 'lost') ? null : `no worker of ${hostname()} has told of itself`;
}
