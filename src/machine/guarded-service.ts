import { spawn } from 'node:child_process';
import { mkdir, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { withLock } from './file-lock.ts';
import { type ProcessIdentity, endProcess, identityOf, isAlive, readIdentity } from './live-process.ts';
import { SetupProblem } from './setup-problem.ts';

const GUARD = fileURLToPath(new URL('guard.sh', import.meta.url));
const LOCK_TIMEOUT_MS = 120_000;
const State = z.object({ url: z.string() });

/** A private service of this project: how to start it, and how to tell that it answers. */
export interface ServiceRecipe {
  readonly name: string;
  /** Absolute; what the service keeps, its log, and who uses it. */
  readonly folder: string;
  /** A signal's name without SIG, or `file`: the command ends when `<folder>/stop` appears. */
  readonly stop: 'TERM' | 'INT' | 'file';
  readonly graceSeconds: number;
  readonly readyTimeoutMs: number;
  /** Clears what a dead instance has left, and says what to run and where it will answer. */
  prepare(signal: AbortSignal): Promise<Launch>;
  /** Puts a freshly started instance in order. */
  afterStart?(url: string): Promise<void>;
  /** Removes what a stopped instance has no more use for. */
  afterStop?(): Promise<void>;
  /** Whether the service answers at that address just now. */
  answers(url: string, signal: AbortSignal): Promise<boolean>;
}

export interface Launch {
  readonly command: readonly string[];
  readonly url: string;
  /** The whole environment; without it, this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** Where it runs; without it, the service's own folder. */
  readonly cwd?: string;
}

export interface Service extends AsyncDisposable {
  readonly url: string;
}

/** A private service in use. */
export interface GuardedService extends Service {
  isRunning(): Promise<boolean>;
}

/**
 * Takes part in using a private service, starting it when it doesn't run. It stops when its last user lets go,
 * and by itself when its users were killed.
 */
export async function openService(recipe: ServiceRecipe, signal: AbortSignal): Promise<GuardedService> {
  const users = join(recipe.folder, 'users');
  await mkdir(users, { recursive: true });
  const own = await identityOf(process.pid);
  const user = join(users, String(own.pid));
  // Told before it is looked at, so that a guard that is about to leave sees the new user.
  await writeFile(user, own.startTime);
  try {
    const url = await withLock(join(recipe.folder, 'lock'), LOCK_TIMEOUT_MS, async () =>
      findOrStart(recipe, signal),
    );
    return {
      url,
      async isRunning() {
        const guard = await readIdentity(join(recipe.folder, 'guard'));
        return guard !== null && (await isAlive(guard));
      },
      async [Symbol.asyncDispose]() {
        await rm(user, { force: true });
        await stopUnused(recipe);
      },
    };
  } catch (error) {
    await rm(user, { force: true });
    throw error;
  }
}

async function findOrStart(recipe: ServiceRecipe, signal: AbortSignal): Promise<string> {
  const { folder } = recipe;
  const guard = await readIdentity(join(folder, 'guard'));
  if (guard && (await isAlive(guard))) {
    const url = await readUrl(folder);
    if (url !== null && !(await exists(join(folder, 'stopping'))) && (await recipe.answers(url, signal)))
      return url;
    await endProcess(guard, (recipe.graceSeconds + 5) * 1000);
  }
  const child = await readIdentity(join(folder, 'child'));
  if (child) await endProcess(child, recipe.graceSeconds * 1000);
  for (const name of ['guard', 'child', 'state.json', 'stopping', 'stop'])
    await rm(join(folder, name), { force: true });
  return start(recipe, signal);
}

async function start(recipe: ServiceRecipe, signal: AbortSignal): Promise<string> {
  const { folder } = recipe;
  const { command, url, env, cwd } = await recipe.prepare(signal);
  const log = join(folder, 'log');
  await using file = await open(log, 'w');
  const child = spawn('sh', [GUARD, folder, recipe.stop, String(recipe.graceSeconds), ...command], {
    detached: true,
    stdio: ['ignore', file.fd, file.fd],
    cwd: cwd ?? folder,
    ...(env && { env }),
  });
  child.unref();
  if (child.pid === undefined) throw new SetupProblem(`${recipe.name} could not be started: no sh here.`);
  const guard = await identityOf(child.pid);
  await writeFile(join(folder, 'guard'), `${guard.pid} ${guard.startTime}`);
  try {
    await waitUntilReady(recipe, url, guard, signal);
    await recipe.afterStart?.(url);
  } catch (error) {
    await endProcess(guard, (recipe.graceSeconds + 5) * 1000);
    throw error;
  }
  await writeFile(join(folder, 'state.json'), JSON.stringify({ url }));
  return url;
}

async function waitUntilReady(
  recipe: ServiceRecipe,
  url: string,
  guard: ProcessIdentity,
  signal: AbortSignal,
): Promise<void> {
  const until = Date.now() + recipe.readyTimeoutMs;
  for (;;) {
    signal.throwIfAborted();
    if (await recipe.answers(url, signal)) return;
    const ended = !(await isAlive(guard));
    if (ended || Date.now() > until) {
      const what = ended ? 'ended at once' : `did not answer within ${recipe.readyTimeoutMs / 1000} s`;
      throw new SetupProblem(
        `The private ${recipe.name} ${what}. Its log (${recipe.folder}/log) ends so:\n${await logTail(recipe)}`,
      );
    }
    await sleep(100, undefined, { signal });
  }
}

/** The last lines of what a service printed. */
export async function logTail(recipe: Pick<ServiceRecipe, 'folder'>): Promise<string> {
  const log = await readFile(join(recipe.folder, 'log'), 'utf8').catch(() => '');
  const lines = log.slice(-6000).trimEnd().split('\n').slice(-12);
  return lines.map((line) => `  ${line.slice(0, 400)}`).join('\n');
}

async function stopUnused(recipe: ServiceRecipe): Promise<void> {
  await withLock(join(recipe.folder, 'lock'), LOCK_TIMEOUT_MS, async () => {
    if (await hasUsers(recipe.folder)) return;
    const guard = await readIdentity(join(recipe.folder, 'guard'));
    if (guard === null) return;
    await endProcess(guard, (recipe.graceSeconds + 5) * 1000);
    await recipe.afterStop?.();
  });
}

async function hasUsers(folder: string): Promise<boolean> {
  for (const name of await readdir(join(folder, 'users'))) {
    const path = join(folder, 'users', name);
    const startTime = await readFile(path, 'utf8').catch(() => '');
    if (/^\d+$/.test(name) && (await isAlive({ pid: Number(name), startTime }))) return true;
    await rm(path, { force: true });
  }
  return false;
}

async function readUrl(folder: string): Promise<string | null> {
  const text = await readFile(join(folder, 'state.json'), 'utf8').catch(() => null);
  return text === null ? null : State.parse(JSON.parse(text)).url;
}

async function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}
