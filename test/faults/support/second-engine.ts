import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import { lastWord } from '../../../src/machine/base-images/engine-answer.ts';
import { missingBases } from '../../../src/machine/base-images/load-base-images.ts';
import { localReference, readRecipe } from '../../../src/machine/base-images/recipe.ts';
import { type GuardedService, openService } from '../../../src/machine/guarded-service.ts';
import { readIdentity, waitForEnd } from '../../../src/machine/live-process.ts';
import { findProgram } from '../../../src/machine/programs.ts';
import { connect, privateEngine } from '../../../src/machine/services/private-engine.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
/** Kept from run to run, so that the base images are carried over once. */
const FOLDER = join(PROJECT, '.data/test/second-engine');
const START_MS = 120_000;
const IMAGES_MS = 240_000;

/**
 * A second engine on this machine, which stands for a second host: its own networks, processes, mounts and control
 * groups. It can be killed as a power cut would, and started again.
 */
export class SecondEngine implements AsyncDisposable {
  readonly url: string;
  readonly #dockerd: string;
  readonly #used: GuardedService[];

  private constructor(dockerd: string, first: GuardedService) {
    this.#dockerd = dockerd;
    this.url = first.url;
    this.#used = [first];
  }

  /** Starts it and carries the grading base images over from `origin`. */
  static async start(origin: Docker): Promise<SecondEngine> {
    const dockerd = await findProgram(['dockerd'], process.env['PATH'] ?? '');
    if (dockerd === null || process.getuid?.() !== 0)
      throw new Error(
        'A second engine takes root and a dockerd on this machine: `npm test` as root on Debian has both.',
      );
    const engine = new SecondEngine(dockerd, await open(dockerd));
    try {
      await carryBases(origin, connect(engine.url));
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw error;
    }
    return engine;
  }

  /** Ends the engine and everything that runs on it, all at once. */
  async kill(): Promise<void> {
    const first = await readIdentity(join(FOLDER, 'child'));
    const guard = await readIdentity(join(FOLDER, 'guard'));
    if (first === null || guard === null) throw new Error('the second engine does not run');
    process.kill(first.pid, 'SIGKILL');
    if (!(await waitForEnd(guard, 30_000))) throw new Error('the guard of the second engine does not end');
  }

  async startAgain(): Promise<void> {
    this.#used.push(await open(this.#dockerd));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const service of this.#used) await service[Symbol.asyncDispose]();
  }
}

/** What a killed engine left in its books stays there: to clear it is our worker's business. */
function open(dockerd: string): Promise<GuardedService> {
  const recipe = { ...privateEngine(dockerd, FOLDER), afterStart: () => Promise.resolve() };
  return openService(recipe, AbortSignal.timeout(START_MS));
}

async function carryBases(origin: Docker, engine: Docker): Promise<void> {
  const signal = AbortSignal.timeout(IMAGES_MS);
  const recipe = await readRecipe(join(PROJECT, 'bases'));
  for (const base of await missingBases(engine, recipe, signal)) {
    const archive = await origin.getImage(localReference(recipe, base)).get();
    await lastWord(engine, await engine.loadImage(archive), signal);
  }
}
