import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../src/machine/programs.ts';
import { remoteUrl, WorkingCopy } from '../integration/git/git-client.ts';
import { sql } from '../integration/support/database.ts';
import { type Stack, startStack } from '../integration/support/stack.ts';
import { startProcess } from './support/processes.ts';
import { SmallDisk } from './support/small-disk.ts';
import { took } from './support/took.ts';

/** Uploads never touch the API's disk; what it keeps there is what people push. */
describe('the disk of the API can be full, and', () => {
  let stack: Stack;
  let disk: SmallDisk;
  let url: string;
  const started: AsyncDisposable[] = [];

  beforeAll(async () => {
    stack = await startStack();
    started.push(stack);
    disk = await SmallDisk.mount(16, 'git');
    started.push(disk);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const more = { PORT: String(port), HOST: '127.0.0.1', GIT_FOLDER: disk.path };
    const isReady = async (): Promise<boolean> => {
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      await answer?.body?.cancel();
      return answer?.ok === true;
    };
    started.push(await startProcess('src/server.ts', stack.config, more, isReady, disk.inside));
  });
  afterAll(async () => {
    for (const each of started.reverse()) await each[Symbol.asyncDispose]();
  });

  it('row 49: a push is refused in words, keeps nothing, and is taken when there is room', async () => {
    const learner = await stack.person('pusher', 'learner');
    const submissions = (): Promise<readonly unknown[]> =>
      sql(stack.config.databaseUrl, 'SELECT id FROM submission WHERE person_id = $1', [learner.personId]);
    await using copy = await WorkingCopy.make();
    await copy.write('Dockerfile', 'FROM x\nCMD fixed\n');
    await copy.write('noise.bin', noise(200_000, 7_919));
    await copy.commit();
    const push = ['push', remoteUrl(url, learner.token), 'main'];
    await disk.fill(0);
    const refused = await copy.git(push);
    const kept = await submissions();
    await disk.makeRoom();
    const taken = await took('until a push is taken once there is room', () => copy.git(push));
    await copy.write('more.bin', noise(1_500_000, 104_729));
    await copy.commit();
    await disk.fill(0);
    const broken = await copy.git(push);
    await disk.makeRoom();

    expect(refused.code, refused.said).not.toBe(0);
    expect(refused.said).toContain('remote: There is no room on the disk of the service: nothing was kept.');
    expect(kept).toEqual([]);
    expect(taken.said).toContain('Attempt 1 at');
    expect(broken.code, broken.said).not.toBe(0);
    expect(broken.said).toMatch(/no space left/i);
    expect(await submissions()).toHaveLength(1);
  });
});

/** Bytes that hardly pack, and are always the same. */
function noise(bytes: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: bytes }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state >>> 16;
  });
}
