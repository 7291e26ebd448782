import type Docker from 'dockerode';
import { SetupProblem } from '../setup-problem.ts';
import { BASES, type Base, type Recipe, localReference } from './recipe.ts';

/**
 * The base images that this engine holds: what learners write in FROM → local reference.
 * Throws `SetupProblem` when one is missing.
 */
export async function loadBaseImages(
  docker: Docker,
  recipe: Recipe,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const missing = await missingBases(docker, recipe, signal);
  if (missing.length > 0) {
    throw new SetupProblem(
      `The engine holds no grading base image for ${missing.join(' and ')}. \`npm run setup\` makes them, once.`,
    );
  }
  return new Map(BASES.map((base) => [base, localReference(recipe, base)]));
}

/** Those that have to be made before anything can be graded. */
export async function missingBases(
  docker: Docker,
  recipe: Recipe,
  signal?: AbortSignal,
): Promise<readonly Base[]> {
  const held = await Promise.all(
    BASES.map(async (base) => holds(docker, localReference(recipe, base), signal)),
  );
  return BASES.filter((_, index) => held[index] !== true);
}

/** Whether the engine holds an image by this name. */
export async function holds(docker: Docker, reference: string, signal?: AbortSignal): Promise<boolean> {
  const images = await docker.listImages({
    filters: { reference: [reference] },
    ...(signal && { abortSignal: signal }),
  });
  return images.length > 0;
}
