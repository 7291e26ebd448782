import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import { BenchPool } from './adapters/docker/bench-pool.ts';
import { connectEngine } from './adapters/docker/engine.ts';
import { watchEngine } from './adapters/docker/engine-watch.ts';
import { type EngineHole, engineHoles } from './adapters/docker/known-holes.ts';
import { canaryOf, type Canary } from './app/prove-grader.ts';
import { loadSpecimens } from './adapters/files/load-specimens.ts';
import { loadScenarios } from './adapters/files/load-scenarios.ts';
import { grade, type Policy } from './app/grade.ts';
import type { Grader } from './app/ports/grader.ts';
import type { EngineWatch } from './app/ports/worker-watch.ts';
import { CHECK_KINDS } from './checks/kinds.ts';
import { DEFAULT_ENGINE_LIMITS } from './core/engine-limits.ts';
import { GraderFault } from './core/grader-fault.ts';
import type { Scenario } from './core/scenario-bundle.ts';
import { loadBaseImages } from './machine/base-images/load-base-images.ts';
import { readRecipe } from './machine/base-images/recipe.ts';
import { compileSubmission } from './policy/compile-submission.ts';

export interface GraderConfig {
  /** `unix:///…` or `tcp://host:port`; the platform's own socket where it is absent. */
  readonly engineHost?: string;
  /** Runs at once on this engine. */
  readonly slots: number;
  /** Limits on all builds of the engine together. */
  readonly builds: { readonly memoryMiB: number; readonly processes: number; readonly diskMiB?: number };
  /** Free disk of the engine below which nothing is graded. */
  readonly diskFloorMiB?: number;
  /** Budget of the builder's cache on disk. */
  readonly buildCacheGiB: number;
  /** Container runtime of learners' containers, for example `runsc`. */
  readonly runtime?: string;
}

/** The grading pipeline over one engine. Needs no Redis and no Postgres. */
export interface ComposedGrader extends AsyncDisposable {
  readonly grade: Grader;
  /** Makes the benches, so that the first run needn't wait for them. */
  warm(): Promise<void>;
  /** Removes what dead workers have left in the engine, and what its build cache has over its budget. */
  readonly tidy: () => Promise<void>;
  readonly engine: EngineWatch;
  /** Ways out of a container that are known of this engine's versions. */
  holes(): Promise<readonly EngineHole[]>;
}

const MIB = 1_048_576;
const CANARY = 'port-bind';
const GIB = 1024 * MIB;
const BASES = fileURLToPath(new URL('../bases', import.meta.url));
/** The base that the agents run on: any with Python 3. */
const AGENT_BASE = 'python:3.11-slim';

/** @throws GraderFault when the engine can't be reached or has no grading base images. */
export async function composeGrader(config: GraderConfig): Promise<ComposedGrader> {
  const docker = connectEngine(config.engineHost);
  const bases = await basesOf(docker);
  const agentImage = bases.get(AGENT_BASE);
  if (agentImage === undefined) {
    throw new GraderFault('the engine has no grading base images: `npm run setup` makes them');
  }
  const benches = new BenchPool(docker, {
    size: config.slots,
    agentImage,
    baseImages: [...bases.values()],
    builds: {
      memoryBytes: config.builds.memoryMiB * MIB,
      processes: config.builds.processes,
      diskBytes: (config.builds.diskMiB ?? DEFAULT_ENGINE_LIMITS.buildDiskMiB) * MIB,
    },
    diskFloorBytes: (config.diskFloorMiB ?? DEFAULT_ENGINE_LIMITS.diskFloorMiB) * MIB,
    buildCacheBytes: config.buildCacheGiB * GIB,
    ...(config.runtime !== undefined && { runtime: config.runtime }),
  });
  const dependencies = { benches, policy: policyOver(bases), kinds: CHECK_KINDS };
  return {
    grade: (job, listener, signal) => grade(dependencies, job, listener, signal),
    warm: () => benches.warm(),
    tidy: () => benches.tidy(),
    engine: watchEngine(docker),
    holes: () => engineHoles(docker),
    [Symbol.asyncDispose]: () => benches[Symbol.asyncDispose](),
  };
}

/** Every scenario of `folder`, its checks' parameters judged by their kinds. @throws Refusal `scenario-invalid`. */
export function composeScenarios(folder: string): Promise<ReadonlyMap<string, Scenario>> {
  return loadScenarios(folder, CHECK_KINDS);
}

/** What a worker proves itself by: the cheapest lab of all. @throws GraderFault where there is none. */
export async function composeCanary(
  folder: string,
  scenarios: ReadonlyMap<string, Scenario>,
): Promise<Canary> {
  const scenario = scenarios.get(CANARY);
  if (scenario === undefined)
    throw new GraderFault(`the scenario ${CANARY}, by which workers prove themselves, is missing`);
  return canaryOf(scenario, await loadSpecimens(join(folder, CANARY), scenario));
}

function policyOver(bases: ReadonlyMap<string, string>): Policy {
  return (files, scenario) =>
    compileSubmission(files, {
      resolveBase: (reference) => bases.get(reference),
      allowedBases: [...bases.keys()],
      service: scenario.service,
      planted: scenario.planted.map(({ path: planted }) => planted),
      port: scenario.port,
    });
}

async function basesOf(docker: Docker): Promise<ReadonlyMap<string, string>> {
  try {
    return await loadBaseImages(docker, await readRecipe(BASES));
  } catch (error) {
    throw new GraderFault('the engine could not be asked for its base images', { cause: error });
  }
}
