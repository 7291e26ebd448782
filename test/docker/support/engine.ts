import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import { BenchPool } from '../../../src/adapters/docker/bench-pool.ts';
import { connectEngine } from '../../../src/adapters/docker/engine.ts';
import { loadBaseImages } from '../../../src/machine/base-images/load-base-images.ts';
import { readRecipe } from '../../../src/machine/base-images/recipe.ts';

const BASES = fileURLToPath(new URL('../../../bases', import.meta.url));

const MIB = 1_048_576;

/** The engine that `npm test` names. A test that needs one fails where there is none. */
export function testEngine(): Docker {
  const host = process.env['DOCKER_HOST'];
  if (host === undefined) throw new Error('DOCKER_HOST is not set: run the tests by `npm test`');
  return connectEngine(host);
}

/** The grading base images of the test engine, by the name that learners write. */
export async function testBases(docker: Docker): Promise<ReadonlyMap<string, string>> {
  return loadBaseImages(docker, await readRecipe(BASES));
}

export async function testPool(
  docker: Docker,
  size: number,
  disk = { buildBytes: 4096 * MIB, floorBytes: 64 * MIB },
): Promise<BenchPool> {
  const bases = await testBases(docker);
  return new BenchPool(docker, {
    size,
    agentImage: bases.get('python:3.11-slim') ?? '',
    baseImages: [...bases.values()],
    builds: { memoryBytes: 2048 * MIB, processes: 512, diskBytes: disk.buildBytes },
    diskFloorBytes: disk.floorBytes,
    buildCacheBytes: 20 * 2 ** 30,
  });
}
