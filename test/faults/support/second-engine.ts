import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import { lastWord } from '../../../src/machine/base-images/engine-answer.ts';
import { missingBases } from '../../../src/machine/base-images/load-base-images.ts';
import { BASES, localReference, readRecipe } from '../../../src/machine/base-images/recipe.ts';
import {
  type GuardedService,
  type ServiceRecipe,
  openService,
} from '../../../src/machine/guarded-service.ts';
import { readIdentity, waitForEnd } from '../../../src/machine/live-process.ts';
import { findProgram } from '../../../src/machine/programs.ts';
import { connect, privateEngine } from '../../../src/machine/services/private-engine.ts';
import type { SmallDisk } from './small-disk.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
/** Kept from run to run, so that the base images are carried over once. */
const KEPT: Place = { folder: join(PROJECT, '.data/test/second-engine'), inside: [] };
const START_MS = 120_000;
const IMAGES_MS = 240_000;

/** Where an engine keeps what it has, and what its command has to begin with to see it there. */
type Place = Pick<SmallDisk, 'folder' | 'inside'>;

/**
 * A second engine on this machine, which stands for a second host: its own networks, processes, mounts and control
 * groups. It can be killed as a power cut would, and started again.
 */
export class SecondEngine implements AsyncDisposable {
  readonly url: string;
  readonly #dockerd: string;
  readonly #place: Place;
  readonly #used: GuardedService[];

  private constructor(dockerd: string, place: Place, first: GuardedService) {
    this.#dockerd = dockerd;
    this.#place = place;
    this.url = first.url;
    this.#used = [first];
  }

  /** Starts it and carries the grading base images over from `origin`. */
  static start(origin: Docker): Promise<SecondEngine> {
    return SecondEngine.#start(KEPT, (docker) => carryBases(origin, docker));
  }

  /** Starts one with all that it keeps on a disk that was mounted as `data`. It gets the smallest of the bases alone. */
  static startOn(disk: SmallDisk, origin: Docker): Promise<SecondEngine> {
    return SecondEngine.#start(disk, (docker) => carrySmallest(origin, docker));
  }

  static async #start(place: Place, carry: (engine: Docker) => Promise<void>): Promise<SecondEngine> {
    const dockerd = await findProgram(['dockerd'], process.env['PATH'] ?? '');
    if (dockerd === null || process.getuid?.() !== 0)
      throw new Error(
        'A second engine takes root and a dockerd on this machine: `npm test` as root on Debian has both.',
      );
    const engine = new SecondEngine(dockerd, place, await open(dockerd, place));
    try {
      await carry(connect(engine.url));
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw error;
    }
    return engine;
  }

  /** Ends the engine and everything that runs on it, all at once. */
  async kill(): Promise<void> {
    const first = await readIdentity(join(this.#place.folder, 'child'));
    const guard = await readIdentity(join(this.#place.folder, 'guard'));
    if (first === null || guard === null) throw new Error('the second engine does not run');
    process.kill(first.pid, 'SIGKILL');
    if (!(await waitForEnd(guard, 30_000))) throw new Error('the guard of the second engine does not end');
  }

  async startAgain(): Promise<void> {
    this.#used.push(await open(this.#dockerd, this.#place));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const service of this.#used) await service[Symbol.asyncDispose]();
  }
}

/** What a killed engine left in its books stays there: to clear it is our worker's business. */
function open(dockerd: string, { folder, inside }: Place): Promise<GuardedService> {
  const recipe = privateEngine(dockerd, folder);
  const own: ServiceRecipe = {
    ...recipe,
    async prepare(signal) {
      const launch = await recipe.prepare(signal);
      return { ...launch, command: [...inside, ...launch.command] };
    },
    afterStart: () => Promise.resolve(),
  };
  return openService(own, AbortSignal.timeout(START_MS));
}

async function carryBases(origin: Docker, engine: Docker): Promise<void> {
  const signal = AbortSignal.timeout(IMAGES_MS);
  const recipe = await readRecipe(join(PROJECT, 'bases'));
  for (const base of await missingBases(engine, recipe, signal)) {
    const archive = await origin.getImage(localReference(recipe, base)).get();
    await lastWord(engine, await engine.loadImage(archive), signal);
  }
}

/** One image goes by the names of all, so that a small disk holds it: what the lab of these tests is built from. */
async function carrySmallest(origin: Docker, engine: Docker): Promise<void> {
  const recipe = await readRecipe(join(PROJECT, 'bases'));
  const smallest = localReference(recipe, 'python:3.11-slim');
  const archive = await origin.getImage(smallest).get();
  await lastWord(engine, await engine.loadImage(archive), AbortSignal.timeout(IMAGES_MS));
  for (const base of BASES) {
    const [repo = '', tag = ''] = localReference(recipe, base).split(':');
    await engine.getImage(smallest).tag({ repo, tag });
  }
}
