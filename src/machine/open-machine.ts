import { join } from 'node:path';
import { ensureBaseImages } from './base-images/ensure-base-images.ts';
import { readRecipe } from './base-images/recipe.ts';
import type { Service } from './guarded-service.ts';
import type { MachineOptions } from './machine-options.ts';
import type { Progress } from './progress.ts';
import { findBrowser } from './services/find-browser.ts';
import { findCompose } from './services/find-compose.ts';
import { findEngine } from './services/find-engine.ts';
import { findPostgres } from './services/find-postgres.ts';
import { findRedis } from './services/find-redis.ts';
import { findSshServer } from './services/find-ssh-server.ts';
import { connect } from './services/private-engine.ts';

export type Need = 'engine' | 'redis' | 'postgres' | 'browser' | 'compose' | 'ssh';

/** What a command needs of this machine, up and answering for as long as this is held. */
export interface Machine extends AsyncDisposable {
  /** Addresses for the environment of the processes that use it: DOCKER_HOST and so on. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Finds, installs or starts what is needed, several at once. An engine comes with the grading base images.
 * @throws SetupProblem when something is not to be had; what was started by then is stopped.
 */
export async function openMachine(
  project: string,
  needs: readonly Need[],
  given: Pick<MachineOptions, 'env' | 'path' | 'purpose'>,
  progress: Progress,
  signal: AbortSignal,
): Promise<Machine> {
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const shared: MachineOptions = { ...given, folder: join(project, '.data') };
  // An engine's images and build cache serve both purposes; data does not.
  const own: MachineOptions = {
    ...shared,
    folder: given.purpose === 'test' ? join(shared.folder, 'test') : shared.folder,
  };
  const engine = needs.includes('engine')
    ? progress.step('Docker engine', async (say) => findEngine(shared, say, until))
    : Promise.reject(new Error('this command needs no engine, and nothing else can ask for one'));
  const opened: Promise<readonly [string, Service]>[] = [];
  const add = (variable: string, service: Promise<Service>): void => {
    opened.push(service.then((ready) => [variable, ready]));
  };
  if (needs.includes('engine')) add('DOCKER_HOST', withBaseImages(engine, project, progress, until));
  else engine.catch(() => undefined);
  if (needs.includes('redis'))
    add(
      'REDIS_URL',
      progress.step('Redis', async (say) => findRedis(own, engine, say, until)),
    );
  if (needs.includes('postgres')) {
    add(
      'DATABASE_URL',
      progress.step('PostgreSQL', async (say) => findPostgres(own, engine, say, until)),
    );
  }
  const browser = needs.includes('browser')
    ? progress.step('browser', async (say) => findBrowser(own, say, until))
    : Promise.resolve(null);
  const compose = needs.includes('compose')
    ? progress.step('Compose', async (say) => findCompose(own, say, until))
    : Promise.resolve(null);
  const ssh = needs.includes('ssh')
    ? progress.step('SSH server', async (say) => findSshServer(own, say, until))
    : Promise.resolve(null);

  const dispose = async (): Promise<void> => {
    const settled = await Promise.allSettled(opened);
    // The engine, which came first, goes last: a service may be a container on it.
    for (const each of settled.reverse()) {
      if (each.status === 'fulfilled') await each.value[1][Symbol.asyncDispose]();
    }
  };
  try {
    const services = await Promise.all(opened);
    const chromium = await browser;
    const composeProgram = await compose;
    const sshd = await ssh;
    const env = Object.fromEntries(services.map(([variable, service]) => [variable, service.url]));
    return {
      env: {
        ...env,
        ...(chromium !== null && { CHROMIUM: chromium }),
        ...(composeProgram !== null && { COMPOSE: composeProgram }),
        ...(sshd !== null && { SSHD: sshd }),
      },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    stop.abort(error);
    browser.catch(() => undefined);
    compose.catch(() => undefined);
    ssh.catch(() => undefined);
    await dispose();
    throw error;
  }
}

async function withBaseImages(
  engine: Promise<Service>,
  project: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<Service> {
  const service = await engine;
  try {
    await ensureBaseImages(connect(service.url), await readRecipe(join(project, 'bases')), progress, signal);
    return service;
  } catch (error) {
    await service[Symbol.asyncDispose]();
    throw error;
  }
}
