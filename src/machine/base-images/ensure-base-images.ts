import { tmpdir } from 'node:os';
import type Docker from 'dockerode';
import type { Progress } from '../progress.ts';
import { SetupProblem } from '../setup-problem.ts';
import { missingBases } from './load-base-images.ts';
import { type DebianRoots, canMakeFromDebian, importRoot, openDebianRoots } from './make-from-debian.ts';
import { fillOfficial, pullOfficial } from './make-from-official.ts';
import { BASES, type Base, type Recipe } from './recipe.ts';

/**
 * Makes the grading base images that the engine doesn't hold yet: from the official images where they can be
 * pulled, else from Debian packages. Does nothing when all are there.
 */
export async function ensureBaseImages(
  docker: Docker,
  recipe: Recipe,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const missing = await missingBases(docker, recipe, signal);
  if (missing.length === 0) {
    progress.note(`grading base images: all here (${recipe.digest})`);
    return;
  }
  const pulled = await pullAll(docker, missing, progress, signal);
  if (pulled) {
    for (const base of missing) {
      await progress.step(`base image ${base}`, async () => fillOfficial(docker, recipe, base, signal));
    }
    return;
  }
  await makeFromDebian(docker, recipe, missing, progress, signal);
}

async function pullAll(
  docker: Docker,
  bases: readonly Base[],
  progress: Progress,
  signal: AbortSignal,
): Promise<boolean> {
  for (const base of bases) {
    const pulled = await progress.step(`official ${base}`, async (say) => {
      const done = await pullOfficial(docker, base, signal);
      if (!done) say('no registry can be reached from here');
      return done;
    });
    if (!pulled) return false;
  }
  return true;
}

async function makeFromDebian(
  docker: Docker,
  recipe: Recipe,
  missing: readonly Base[],
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  if (!(await canMakeFromDebian())) {
    throw new SetupProblem(
      'The grading base images are missing, and the official python images can be pulled neither by the engine nor made here: ' +
        'connect the engine to a registry (try `docker pull python:3.11-slim`), or run `npm run setup` as root on Debian.',
    );
  }
  await using roots = await openDebianRoots(
    recipe,
    tmpdir(),
    (detail) => {
      progress.note(detail);
    },
    signal,
  );
  // The full image is made out of the slim one's files: both steps are wanted even where only that is missing.
  for (const base of BASES.slice(0, missing.includes('python:3.11') ? 2 : 1)) {
    await makeOne(docker, recipe, roots, base, progress, signal);
  }
}

async function makeOne(
  docker: Docker,
  recipe: Recipe,
  roots: DebianRoots,
  base: Base,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  await progress.step(`base image ${base} from Debian packages`, async (say) => {
    await roots.make(base, say, signal);
    say('goes to the engine');
    await importRoot(docker, roots, recipe, base, signal);
  });
}
