import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import type { Bench, Benches } from '../../app/ports/bench.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import { Inspector } from './agents/inspector.ts';
import { startAgent, type Agent } from './agents/start-agent.ts';
import { BuildGate } from './build-gate.ts';
import { pruneBuildCache } from './build/prune-build-cache.ts';
import { DockerBench } from './docker-bench.ts';
import { engineVersion } from './engine.ts';
import { EventLog } from './event-log.ts';
import { LayerCache } from './image/layer-cache.ts';
import { reapStrays, YOUNG_MS } from './reap-strays.ts';
import { Slots } from './slots.ts';
import { WarmPlace } from './warm-place.ts';

const MIB = 1_048_576;

export interface BenchPoolOptions {
  /** How many runs at once. */
  readonly size: number;
  /** Local reference of an image with Python 3, for the agents. */
  readonly agentImage: string;
  /** Local references of the grading base images, whose layers are told from a learner's. */
  readonly baseImages: readonly string[];
  /** Limits on all builds of the engine together. */
  readonly builds: { readonly memoryBytes: number; readonly processes: number; readonly diskBytes: number };
  /** Free bytes of the engine's disk below which nothing is graded. */
  readonly diskFloorBytes: number;
  /** What the builder's cache may take on disk; base images and their steps stay warm below it. */
  readonly buildCacheBytes: number;
  /** An operator's container runtime, for example `runsc`. */
  readonly runtime?: string;
}

/** What every bench of an engine shares. */
export interface EngineTools {
  readonly pool: string;
  readonly docker: Docker;
  readonly version: string;
  readonly events: EventLog;
  readonly inspector: Inspector;
  readonly gate: BuildGate;
  /** What is known of the base images' layers. */
  readonly layers: LayerCache;
  readonly options: BenchPoolOptions;
}

/** The warm benches of one worker. Places are made when first needed, and thrown away when they aren't clean. */
export class BenchPool implements Benches, AsyncDisposable {
  /** Names this pool in the labels of its agents. */
  readonly id = randomBytes(6).toString('hex');
  readonly #docker: Docker;
  readonly #options: BenchPoolOptions;
  readonly #free: WarmPlace[] = [];
  readonly #returning = new Set<Promise<void>>();
  /** Benches that were thrown away and may have left something, since the engine was away or refused. */
  readonly #dead = new Set<string>();
  readonly #layers = new LayerCache();
  readonly #gate = new BuildGate();
  readonly #slots: Slots;
  #closed = false;
  #tools: Promise<EngineTools> | undefined;
  #inspector: Agent | undefined;

  constructor(docker: Docker, options: BenchPoolOptions) {
    this.#docker = docker;
    this.#options = options;
    this.#slots = new Slots(options.size);
  }

  async take(runId: string, signal: AbortSignal): Promise<Bench> {
    await this.#slots.take(signal);
    try {
      const tools = await this.#readyTools();
      await expectRoom(tools);
      const place = await this.#place(tools);
      return new DockerBench(tools, place, runId, (bench) => {
        this.#giveBack(place, bench);
      });
    } catch (error) {
      this.#slots.giveBack();
      throw error;
    }
  }

  /** Makes the benches that aren't there yet, so that the first runs needn't wait. */
  async warm(): Promise<void> {
    const tools = await this.#readyTools();
    const missing = this.#slots.free - this.#free.length;
    const made = Array.from({ length: Math.max(0, missing) }, () => WarmPlace.make(tools));
    this.#free.push(...(await Promise.all(made)));
  }

  /**
   * Removes what dead workers and benches have left in the engine, and the least used of the builder's cache over its
   * budget.
   * @throws GraderFault when the engine refuses or is gone.
   */
  async tidy(): Promise<void> {
    await this.#reap();
    await pruneBuildCache(this.#docker, this.#options.buildCacheBytes);
  }

  /** Waits for what is on its way back, then removes everything that the pool made. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#slots.close();
    await Promise.all(this.#returning);
    await Promise.all(this.#free.splice(0).map((place) => place[Symbol.asyncDispose]()));
    const tools = await this.#tools?.catch(() => undefined);
    tools?.events[Symbol.dispose]();
    await this.#inspector?.[Symbol.asyncDispose]();
  }

  /** The engine's shared tools; made anew where the inspector or the stream of events has ended. */
  async #readyTools(): Promise<EngineTools> {
    const made = this.#tools;
    const tools = await made?.catch(() => undefined);
    if (tools?.inspector.alive === true && tools.events.alive) return tools;
    // Of several runs that find them dead at once, one makes them anew.
    const newer = this.#tools === made ? undefined : this.#tools;
    this.#tools = newer ?? this.#renewTools(tools);
    return this.#tools;
  }

  async #renewTools(dead: EngineTools | undefined): Promise<EngineTools> {
    dead?.events[Symbol.dispose]();
    await this.#inspector?.[Symbol.asyncDispose]();
    await Promise.all(this.#free.splice(0).map((place) => this.#throwAway(place)));
    return this.#makeTools();
  }

  async #makeTools(): Promise<EngineTools> {
    await this.#reap();
    const [version, events, agent] = await Promise.all([
      engineVersion(this.#docker),
      EventLog.open(this.#docker),
      startInspector(this.#docker, this.#options.agentImage, this.id),
    ]);
    this.#inspector = agent;
    const inspector = new Inspector(agent.connection);
    await inspector.limitBuilds(this.#options.builds.memoryBytes, this.#options.builds.processes);
    return {
      pool: this.id,
      docker: this.#docker,
      version,
      events,
      inspector,
      gate: this.#gate,
      layers: this.#layers,
      options: this.#options,
    };
  }

  async #place(tools: EngineTools): Promise<WarmPlace> {
    for (let place = this.#free.pop(); place; place = this.#free.pop()) {
      if (place.prober.alive) return place;
      await this.#throwAway(place);
    }
    return WarmPlace.make(tools);
  }

  /** What can't be removed now is removed once the engine lets it. */
  async #throwAway(place: WarmPlace): Promise<void> {
    this.#dead.add(place.id);
    await place[Symbol.asyncDispose]().catch(() => undefined);
  }

  /** A dead bench is forgotten only when nothing was found of it: that something can't be removed isn't always told. */
  async #reap(): Promise<void> {
    const dead = new Set(this.#dead);
    const found = await reapStrays(this.#docker, YOUNG_MS, dead);
    for (const bench of dead) if (!found.has(bench)) this.#dead.delete(bench);
  }

  #giveBack(place: WarmPlace, bench: DockerBench): void {
    const returning = this.#return(place, bench).finally(() => {
      this.#returning.delete(returning);
      this.#slots.giveBack();
    });
    this.#returning.add(returning);
  }

  /** Clears the bench; where that fails, or something is left, it is thrown away whole. */
  async #return(place: WarmPlace, bench: DockerBench): Promise<void> {
    const clean = await bench
      .clear()
      .then(() => place.isClean())
      .catch(() => false);
    if (clean && !this.#closed) this.#free.push(place);
    else await this.#throwAway(place);
    if (this.#dead.size > 0) await this.#reap().catch(() => undefined);
  }
}

/** @throws GraderFault where the disk is too full for anything that fails on it to be a learner's failure. */
async function expectRoom({ inspector, options }: EngineTools): Promise<void> {
  const free = await inspector.freeBytes();
  if (free >= options.diskFloorBytes) return;
  throw new GraderFault(
    `the disk of the engine has ${Math.floor(free / MIB)} MiB left; nothing is graded below ${options.diskFloorBytes / MIB} MiB (ENGINE_DISK_FLOOR_MIB)`,
  );
}

/**
 * It has to see where in the tree of control groups its own stands: the builds' is beside it. dockerode's types lack
 * the option.
 */
const SEES_ITS_GROUP = { CgroupnsMode: 'host' };

/** Not on any network; with what it takes to look into other processes and to enter their namespaces. */
function startInspector(docker: Docker, image: string, pool: string): Promise<Agent> {
  return startAgent(docker, {
    name: 'inspector',
    image,
    arguments: [],
    pool,
    bench: `${pool}-inspector`,
    host: {
      NetworkMode: 'none',
      PidMode: 'host',
      ...SEES_ITS_GROUP,
      CapDrop: ['ALL'],
      CapAdd: ['SYS_PTRACE', 'SYS_ADMIN', 'KILL', 'DAC_READ_SEARCH', 'DAC_OVERRIDE'],
      // AppArmor's default profile forbids looking into processes of other containers.
      SecurityOpt: ['no-new-privileges', 'apparmor=unconfined'],
      // The engine's build cgroup is the one place where builds can be limited.
      Binds: ['/sys/fs/cgroup:/sys/fs/cgroup:rw'],
      Memory: 256 * MIB,
      PidsLimit: 128,
    },
  });
}
