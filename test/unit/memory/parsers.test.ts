import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const PROGRAM = fileURLToPath(new URL('support/parse-many-process.ts', import.meta.url));
const Growth = z.object({
  name: z.string(),
  inputs: z.number(),
  grownBytesEach: z.number(),
  mostBytesEach: z.number(),
});

/** In a process of its own: nothing else may allocate meanwhile, and what is dead has to be collected. */
describe('reading what comes from outside keeps nothing of it:', () => {
  let growths: readonly z.infer<typeof Growth>[];

  beforeAll(async () => {
    const args = ['--expose-gc', '--import', 'tsx', PROGRAM];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    growths = stdout
      .trim()
      .split('\n')
      .map((line) => Growth.parse(JSON.parse(line)));
  }, 180_000);

  it.each([
    'archives',
    'compose files',
    'Dockerfiles',
    'ignore patterns',
    'bodies of webhooks',
    'traces of BuildKit',
    'tables of sockets',
  ])('%s', (name) => {
    const growth = growths.find((each) => each.name === name);
    if (growth === undefined) throw new Error('it read nothing');

    expect(growth.grownBytesEach, `bytes more for each of ${growth.inputs}`).toBeLessThan(
      growth.mostBytesEach,
    );
  });
});
