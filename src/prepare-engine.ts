import { fileURLToPath } from 'node:url';
import { ensureBaseImages } from './machine/base-images/ensure-base-images.ts';
import { readRecipe } from './machine/base-images/recipe.ts';
import { lineProgress } from './machine/progress.ts';
import { connect, engineAnswers } from './machine/services/private-engine.ts';
import { untilEnded } from './until-ended.ts';

const PATIENCE_MS = 120_000;
const POLL_MS = 500;

/** Waits for the engine of DOCKER_HOST and makes the grading base images that it doesn't hold yet. */
const host = process.env['DOCKER_HOST'];
if (host === undefined) throw new Error('DOCKER_HOST names no engine');
const stop = new AbortController();
void untilEnded().then((name) => {
  stop.abort(new Error(`ended by ${name}`));
});
const progress = lineProgress((line) => process.stdout.write(`${line}\n`));
const deadline = Date.now() + PATIENCE_MS;
while (!(await engineAnswers(host, stop.signal))) {
  stop.signal.throwIfAborted();
  if (Date.now() > deadline) throw new Error(`no engine answered at ${host} within ${PATIENCE_MS / 1000} s`);
  await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
const recipe = await readRecipe(fileURLToPath(new URL('../bases', import.meta.url)));
await ensureBaseImages(connect(host), recipe, progress, stop.signal);
// The handlers of signals would hold the process.
process.exit(0);
