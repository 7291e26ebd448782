import type {
  Bench,
  BuildOutcome,
  BuildRequest,
  BuiltImage,
  ImageFacts,
  Stack,
  StackRequest,
} from '../../app/ports/bench.ts';
import type { SealedInternet } from '../../app/ports/sealed-internet.ts';
import type { Inspector } from './agents/inspector.ts';
import type { EngineTools } from './bench-pool.ts';
import { buildImage, type DiskWatcher } from './build/build-image.ts';
import { watchDisk } from './disk-watch.ts';
import { DockerStack } from './docker-stack.ts';
import { engineCall, removal } from './engine.ts';
import { readImage } from './image/read-image.ts';
import { LABEL } from './labels.ts';
import type { WarmPlace } from './warm-place.ts';

/** Above this each process gets so little of a core that a time limit measures the machine. */
const MOST_RUNNABLE_PER_CORE = 8;
const LOOKS = 4;
const LOOK_AGAIN_MS = 500;
const MIB = 1_048_576;

/** A warm place lent to one run. */
export class DockerBench implements Bench {
  readonly engineVersion: string;
  readonly internet: SealedInternet;
  readonly #tools: EngineTools;
  readonly #place: WarmPlace;
  readonly #run: string;
  readonly #giveBack: (bench: DockerBench) => void;
  readonly #stacks: DockerStack[] = [];
  /** What the tags of this bench's images of the run begin with: another bench may have images of the same run. */
  readonly #tags: string;
  #builds = 0;
  /** Ends what watches the disk for this run. */
  readonly #done = new AbortController();
  readonly #overgrown = new AbortController();
  #watched = false;
  #wasLow = false;

  constructor(tools: EngineTools, place: WarmPlace, run: string, giveBack: (bench: DockerBench) => void) {
    this.engineVersion = tools.version;
    this.internet = place.prober;
    this.#tools = tools;
    this.#place = place;
    this.#run = run;
    this.#giveBack = giveBack;
    this.#tags = `labgrader-run:${place.id}-${run}-`;
  }

  async isOverloaded(): Promise<boolean> {
    // A submission's own processes must not speak for it: they end first, and those of its build have a moment to.
    for (const stack of this.#stacks) await stack.down();
    for (let look = 0; look < LOOKS; look++) {
      const { runnable, cores } = await this.#tools.inspector.load();
      if (runnable <= cores * MOST_RUNNABLE_PER_CORE) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
    return true;
  }

  async lacksDisk(): Promise<boolean> {
    return this.#wasLow || (await this.#tools.inspector.freeBytes()) < this.#tools.options.diskFloorBytes;
  }

  get overgrown(): AbortSignal {
    return this.#overgrown.signal;
  }

  build(request: BuildRequest, signal: AbortSignal): Promise<BuildOutcome> {
    const { docker, gate, inspector, options } = this.#tools;
    this.#builds++;
    const tag = `${this.#tags}${this.#builds}`;
    const labels = { [LABEL.bench]: this.#place.id, [LABEL.run]: this.#run };
    // Builds share one cgroup, so a kill there while a step was killed is as sure as the engine lets us be.
    const memoryKills = (): Promise<number> => inspector.buildMemoryKills();
    const watchOver: DiskWatcher = (until) => {
      const bounds = { mostBytes: options.builds.diskBytes, floorBytes: options.diskFloorBytes };
      return watchDisk(() => inspector.freeBytes(), bounds, until);
    };
    const disk = { limitMiB: options.builds.diskBytes / MIB, watch: watchOver };
    const attempt = (): Promise<BuildOutcome> =>
      buildImage(docker, { ...request, tag, labels, memoryKills, disk }, signal);
    return gate.build(attempt, () => buildsSettled(inspector));
  }

  readImage(image: BuiltImage, signal: AbortSignal): Promise<ImageFacts> {
    const { docker, layers, options } = this.#tools;
    return readImage(docker, image, { baseImages: options.baseImages, cache: layers }, signal);
  }

  async up(request: StackRequest, signal: AbortSignal): Promise<Stack> {
    const { docker, events, inspector, options } = this.#tools;
    const place = {
      docker,
      bench: this.#place.id,
      run: this.#run,
      network: this.#place.network.name,
      resolver: this.#place.network.gateway,
      tools: { events, inspector, prober: this.#place.prober },
      ...(options.runtime !== undefined && { runtime: options.runtime }),
    };
    const beforeBytes = await inspector.freeBytes();
    const stack = await DockerStack.up(place, request, signal);
    this.#stacks.push(stack);
    this.#watchWritten(request.limits.diskMiB * MIB, beforeBytes);
    return stack;
  }

  /** Once for all stacks of the run. It ends with the bench. */
  #watchWritten(mostBytes: number, beforeBytes: number): void {
    if (this.#watched) return;
    this.#watched = true;
    const { inspector, options } = this.#tools;
    const ownBytes = async (): Promise<number> => {
      const written = await Promise.all(this.#stacks.map((stack) => stack.writtenBytes(this.#done.signal)));
      return written.reduce((sum, bytes) => sum + bytes, 0);
    };
    const bounds = { mostBytes, floorBytes: options.diskFloorBytes, ownBytes, beforeBytes };
    void watchDisk(() => inspector.freeBytes(), bounds, this.#done.signal).then((trouble) => {
      if (trouble === 'overgrown') this.#overgrown.abort(new Error('the run wrote more than it may'));
      else if (trouble === 'low') this.#wasLow = true;
    });
  }

  /** Removes everything of the run. */
  async clear(): Promise<void> {
    for (const stack of this.#stacks) await stack.down();
    await this.#place.prober.reset();
    const filters = JSON.stringify({ reference: [`${this.#tags}*`] });
    const images = await engineCall('list images', this.#tools.docker.listImages({ filters }));
    for (const tag of images.flatMap(({ RepoTags }) => RepoTags ?? [])) {
      if (!tag.startsWith(this.#tags)) continue;
      await removal('remove an image', this.#tools.docker.getImage(tag).remove({ force: true }));
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#done.abort();
    this.#giveBack(this);
    return Promise.resolve();
  }
}

const SETTLE_MS = 20_000;

/** Waits until the last process of ended builds is gone; a build group that stays busy is the next build's to meet. */
async function buildsSettled(inspector: Inspector): Promise<void> {
  const deadline = performance.now() + SETTLE_MS;
  while ((await inspector.buildProcesses()) > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
