import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import { BenchPool } from '../../src/adapters/docker/bench-pool.ts';
import { connectEngine } from '../../src/adapters/docker/engine.ts';
import { loadSpecimens } from '../../src/adapters/files/load-specimens.ts';
import { grade } from '../../src/app/grade.ts';
import { prepareFiles } from '../../src/app/prepare-files.ts';
import { CHECK_KINDS } from '../../src/checks/kinds.ts';
import { composeScenarios } from '../../src/compose-grader.ts';
import { textFile, type FileEntry, type FileSet } from '../../src/core/file-set.ts';
import type { BuildPlan } from '../../src/core/plan.ts';
import { loadBaseImages } from '../../src/machine/base-images/load-base-images.ts';
import { readRecipe } from '../../src/machine/base-images/recipe.ts';
import { compileSubmission } from '../../src/policy/compile-submission.ts';
import { openBareNetwork, removeBareImages, type BareNetwork } from './bare-engine.ts';
import { recordedBenches, type Asked } from './recorded-benches.ts';

const SCENARIOS = fileURLToPath(new URL('../../scenarios', import.meta.url));
const BASES = fileURLToPath(new URL('../../bases', import.meta.url));

export interface BenchSetup extends AsyncDisposable {
  readonly docker: Docker;
  readonly engineHost: string;
  readonly engineVersion: string;
  readonly bareNetwork: BareNetwork;
  /** A correct fix of a lab, the first one where none is named; undefined where the lab isn't there. */
  solution(lab: string, name: string): Promise<Solution | undefined>;
}

export interface Solution {
  readonly files: FileSet;
  readonly plan: BuildPlan;
  readonly dockerfile: FileEntry;
  /** The port in the container. */
  readonly port: number;
  readonly asked: Asked;
  /** Grades it. @throws Error when it doesn't pass: then its time means nothing. */
  readonly grade: () => Promise<void>;
}

/** The pipeline as a worker composes it, with what it asks of the engine recorded. */
export async function setupBench(engineHost: string): Promise<BenchSetup> {
  const docker = connectEngine(engineHost);
  const bases = await loadBaseImages(docker, await readRecipe(BASES));
  const pool = new BenchPool(docker, {
    size: 4,
    agentImage: bases.get('python:3.11-slim') ?? '',
    baseImages: [...bases.values()],
    builds: { memoryBytes: 4_294_967_296, processes: 2048, diskBytes: 4 * 2 ** 30 },
    diskFloorBytes: 512 * 2 ** 20,
    buildCacheBytes: 20 * 2 ** 30,
  });
  await pool.warm();
  const bareNetwork = await openBareNetwork(docker, bases.get('python:3.11-slim') ?? '');
  const scenarios = await composeScenarios(SCENARIOS);
  const compile = (files: FileSet) =>
    compileSubmission(files, {
      resolveBase: (reference) => bases.get(reference),
      allowedBases: [...bases.keys()],
      service: 'api',
      planted: [],
      port: 8000,
    });
  return {
    docker,
    engineHost,
    bareNetwork,
    engineVersion: (await docker.version()).Version,
    async solution(lab, name) {
      const scenario = scenarios.get(lab);
      if (scenario === undefined) return undefined;
      const specimens = await loadSpecimens(join(SCENARIOS, lab), scenario);
      const solutions = specimens.filter(({ kind }) => kind === 'solution');
      const specimen = solutions.find((each) => each.name === name) ?? solutions[0];
      if (specimen === undefined) return undefined;
      const { files } = prepareFiles(scenario, specimen.files);
      const outcome = compile(files);
      const service = outcome.accepted
        ? outcome.plan.services.find((each) => each.name === 'api')
        : undefined;
      if (service?.image.from !== 'build') return undefined;
      const asked: Asked = { builds: [], looks: new Set(), ups: 0 };
      const deps = { benches: recordedBenches(pool, asked), policy: compile, kinds: CHECK_KINDS };
      return {
        files,
        plan: service.image.build,
        dockerfile: textFile(service.image.build.dockerfile),
        port: service.ports[0]?.target ?? 8000,
        asked,
        grade: async () => {
          const job = { runId: `bench-${randomBytes(5).toString('hex')}`, scenario, files: specimen.files };
          const report = await grade(deps, job, () => undefined, AbortSignal.timeout(300_000));
          if (report.verdict !== 'passed') throw new Error(`${lab}/${specimen.name}: ${report.summary}`);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await bareNetwork[Symbol.asyncDispose]();
      await removeBareImages(docker);
      await pool[Symbol.asyncDispose]();
    },
  };
}
