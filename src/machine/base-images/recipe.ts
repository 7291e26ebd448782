import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What learners may write in FROM, and nothing else. */
export const BASES = ['python:3.11-slim', 'python:3.11'] as const;
export type Base = (typeof BASES)[number];

const REPOSITORY = 'labgrader/python';
/** To be raised when this folder changes what it makes of the same recipe. */
const MAKER = 1;

/** How to make the grading base images: a folder of scripts, and the name that what they make goes by. */
export interface Recipe {
  readonly folder: string;
  /** Changes with every file of the recipe, so that a base image is made once and kept. */
  readonly digest: string;
}

/** Reads the recipe below `folder`. */
export async function readRecipe(folder: string): Promise<Recipe> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256').update(`${MAKER}\n`);
  for (const path of paths.sort()) {
    if (path.includes('__pycache__')) continue;
    hash.update(`${path.slice(folder.length)}\0`).update(await readFile(path));
  }
  return { folder, digest: hash.digest('hex').slice(0, 12) };
}

/** The local reference of a base image as this recipe makes it. */
export function localReference(recipe: Recipe, base: Base): string {
  return `${REPOSITORY}:${base.slice(base.indexOf(':') + 1)}-${recipe.digest}`;
}
