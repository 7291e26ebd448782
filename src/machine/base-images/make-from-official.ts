import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type Docker from 'dockerode';
import tar from 'tar-stream';
import { SetupProblem } from '../setup-problem.ts';
import { lastWord } from './engine-answer.ts';
import { type Base, type Recipe, localReference } from './recipe.ts';

const PULL_TIMEOUT_MS = 8 * 60_000;
const FILL_TIMEOUT_MS = 5 * 60_000;
const CONFIGURATION = 'ENV PIP_NO_INDEX=1 PIP_FIND_LINKS=/opt/labgrader/wheelhouse';

/** Pulls the official image; false where no registry can be reached. */
export async function pullOfficial(docker: Docker, base: Base, signal: AbortSignal): Promise<boolean> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(PULL_TIMEOUT_MS)]);
  try {
    await lastWord(docker, await docker.pull(base, { abortSignal: deadline }), deadline);
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

/** Adds wheelhouse and apt repository to an official image that the engine holds. */
export async function fillOfficial(
  docker: Docker,
  recipe: Recipe,
  base: Base,
  signal: AbortSignal,
): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(FILL_TIMEOUT_MS)]);
  const container = await docker.createContainer({
    Image: base,
    Cmd: ['sh', '/tmp/recipe/fill.sh'],
    Tty: true,
    Labels: { 'labgrader.setup': 'base-image' },
    abortSignal: deadline,
  });
  try {
    await container.putArchive(await recipeArchive(recipe), { path: '/tmp', abortSignal: deadline });
    await container.start({ abortSignal: deadline });
    const end: unknown = await container.wait({ abortSignal: deadline });
    if (exitCodeOf(end) !== 0) {
      const log = (await container.logs({ stdout: true, stderr: true, tail: 12 })).toString('utf8');
      throw new SetupProblem(
        `${base} could not be filled with the packages that the labs install; can its containers reach PyPI and Debian?\n${log}`,
      );
    }
    const [repo, tag] = localReference(recipe, base).split(':');
    await container.commit({
      repo,
      tag,
      changes: `${CONFIGURATION}\nCMD ["python3"]`,
      abortSignal: deadline,
    });
  } finally {
    await container.remove({ force: true, v: true }).catch(() => undefined);
  }
}

async function recipeArchive(recipe: Recipe): Promise<Buffer> {
  const pack = tar.pack();
  for (const folder of ['common', 'official']) {
    for (const name of await readdir(join(recipe.folder, folder))) {
      if (name === '__pycache__') continue;
      pack.entry({ name: `recipe/${name}` }, await readFile(join(recipe.folder, folder, name)));
    }
  }
  pack.finalize();
  return buffer(pack);
}

function exitCodeOf(end: unknown): unknown {
  return typeof end === 'object' && end !== null && 'StatusCode' in end ? end.StatusCode : undefined;
}
