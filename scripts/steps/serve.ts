import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type GuardedService,
  type ServiceRecipe,
  logTail,
  openService,
} from '../../src/machine/guarded-service.ts';
import { SetupProblem } from '../../src/machine/setup-problem.ts';
import { PROJECT } from './project.ts';

const USUAL_PORT = 8080;
const WATCH_MS = 2000;

export interface Served extends AsyncDisposable {
  readonly url: string;
  /** Rejects when the API or the worker ends by itself. */
  watch(signal: AbortSignal): Promise<never>;
}

/** Starts the API and a worker with that environment, their logs below `.data/`. */
export async function serve(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Served> {
  const port = await choosePort(env['PORT']);
  const host = env['HOST'] ?? '127.0.0.1';
  const url = env['PUBLIC_URL'] ?? `http://${host}:${port}`;
  const settings = {
    ...env,
    PORT: String(port),
    HOST: host,
    PUBLIC_URL: url,
    LOG_LEVEL: env['LOG_LEVEL'] ?? 'info',
    // Whoever tries it on their own machine is told of an old engine, not kept from it.
    ENGINE_HOLES: env['ENGINE_HOLES'] ?? 'warn',
  };
  const api = apiRecipe(url, settings);
  const worker = workerRecipe(settings);
  const services: GuardedService[] = [];
  const dispose = async (): Promise<void> => {
    await Promise.all(services.map(async (service) => service[Symbol.asyncDispose]()));
  };
  try {
    for (const recipe of [api, worker]) services.push(await openService(recipe, signal));
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    url: services[0]?.url ?? url,
    async watch(until) {
      for (;;) {
        await sleep(WATCH_MS, undefined, { signal: until });
        for (const [index, recipe] of [api, worker].entries()) {
          if (await services[index]?.isRunning()) continue;
          throw new SetupProblem(
            `The ${recipe.name} ended by itself. Its log (${recipe.folder}/log) ends so:\n${await logTail(recipe)}`,
          );
        }
      }
    },
    [Symbol.asyncDispose]: dispose,
  };
}

function apiRecipe(url: string, env: NodeJS.ProcessEnv): ServiceRecipe {
  return {
    ...processRecipe('API', 'api', 'src/server.ts', url, env),
    answers: async (address) => {
      const answer = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(3000) }).catch(
        () => null,
      );
      await answer?.body?.cancel();
      return answer?.ok ?? false;
    },
  };
}

function workerRecipe(env: NodeJS.ProcessEnv): ServiceRecipe {
  const recipe = processRecipe('worker', 'worker', 'src/worker.ts', 'none', env);
  return {
    ...recipe,
    answers: async () =>
      (await readFile(join(recipe.folder, 'log'), 'utf8').catch(() => '')).includes('taking runs'),
  };
}

function processRecipe(name: string, folder: string, file: string, url: string, env: NodeJS.ProcessEnv) {
  const command = [process.execPath, '--import', 'tsx', join(PROJECT, file)];
  return {
    name,
    folder: join(PROJECT, '.data', folder),
    stop: 'TERM' as const,
    graceSeconds: 30,
    readyTimeoutMs: 90_000,
    prepare: async () => Promise.resolve({ command, url, env, cwd: PROJECT }),
  };
}

/** The port that was asked for, or the usual one, or else the next free one after it. */
async function choosePort(asked: string | undefined): Promise<number> {
  if (asked !== undefined) {
    if (await isFree(Number(asked))) return Number(asked);
    throw new SetupProblem(`Port ${asked} is taken. End what listens there, or set PORT to another.`);
  }
  for (let port = USUAL_PORT; port < USUAL_PORT + 20; port++) if (await isFree(port)) return port;
  throw new SetupProblem(`Ports ${USUAL_PORT} to ${USUAL_PORT + 19} are all taken. Set PORT to a free one.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
