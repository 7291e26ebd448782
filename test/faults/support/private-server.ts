import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Launch, ServiceRecipe } from '../../../src/machine/guarded-service.ts';
import { findPostgres, findProgram } from '../../../src/machine/programs.ts';
import { runCommand } from '../../../src/machine/run-command.ts';
import { privatePostgres } from '../../../src/machine/services/private-postgres.ts';
import { privateRedis } from '../../../src/machine/services/private-redis.ts';
import { waitUntil } from '../../integration/support/wait-until.ts';
import { type Process, watch } from './processes.ts';

/** A Redis or a Postgres of one test, to be killed and started again at the same address. */
export class PrivateServer implements AsyncDisposable {
  readonly url: string;
  readonly #recipe: ServiceRecipe;
  readonly #launch: Launch;
  #process: Process | undefined;

  private constructor(recipe: ServiceRecipe, launch: Launch) {
    this.#recipe = recipe;
    this.#launch = launch;
    this.url = launch.url;
  }

  static async redis(): Promise<PrivateServer> {
    const program = await findProgram(['redis-server', 'valkey-server'], process.env['PATH'] ?? '');
    if (program === null) throw new Error('there is no redis-server here to be killed');
    return PrivateServer.#of(privateRedis(program, await folder(), false));
  }

  static async postgres(): Promise<PrivateServer> {
    const programs = await findPostgres(process.env['PATH'] ?? '');
    if (programs === null) throw new Error('there is no PostgreSQL here to be killed');
    const user = process.getuid?.() === 0 ? await userNamed('postgres') : null;
    return PrivateServer.#of(privatePostgres({ programs, folder: await folder(), durable: true, user }));
  }

  static async #of(recipe: ServiceRecipe): Promise<PrivateServer> {
    const server = new PrivateServer(recipe, await recipe.prepare(AbortSignal.timeout(60_000)));
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const [program = '', ...args] = this.#launch.command;
    this.#process = watch(
      spawn(program, args, { cwd: this.#recipe.folder, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    const signal = AbortSignal.timeout(60_000);
    await waitUntil(
      `${this.#recipe.name} answers`,
      () => this.#recipe.answers(this.url, signal),
      60_000,
      200,
    );
  }

  /** Kills it as a power cut would. */
  async kill(): Promise<void> {
    await this.#process?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#recipe.folder, { recursive: true, force: true });
  }
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'labgrader-fault-'));
  // PostgreSQL runs as another user.
  await chmod(path, 0o755);
  return path;
}

async function userNamed(name: string): Promise<{ name: string; uid: number; gid: number }> {
  const id = async (flag: string): Promise<number> =>
    Number(await runCommand('id', [flag, name], { timeoutMs: 5_000 }, AbortSignal.timeout(5_000)));
  return { name, uid: await id('-u'), gid: await id('-g') };
}
