import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ForgeKind } from '../../../src/core/forge-push.ts';
import { waitUntil } from '../support/wait-until.ts';
import { ForgeStack } from './forge-stack.ts';
import { WorkingCopy } from './git-client.ts';
import { sendWebhook } from './webhook-sender.ts';

describe('pushes to forges', () => {
  let forges: ForgeStack;
  beforeAll(async () => {
    forges = await ForgeStack.start();
  });
  afterAll(() => forges[Symbol.asyncDispose]());

  it.each(ForgeKind.options)('takes a push to %s, grades it, and tells the commit’s status', async (kind) => {
    const forge = forges.forge(kind);
    const { ada, target, path, repository } = await forges.setUp(kind, `ada-${kind}`);
    await using copy = await WorkingCopy.make();
    await copy.write('labs/port-bind/Dockerfile', 'FROM x\nCMD half\n');
    await copy.write('labs/port-bind/.gitattributes', '* filter=evil\n');
    await copy.write('README.md', 'mine\n');
    const older = await copy.commit();
    const commit = await copy.commit('newest');
    await copy.must('push', '--quiet', await forge.repository(repository), 'main');

    const sent = await sendWebhook({ ...target, commit });
    const [delivery] = await forges.settled(path);
    const told = await waitUntil('told', () =>
      Promise.resolve(
        forge.statuses.some((item) => item.description.startsWith('Score')) &&
          forge.statuses.filter((item) => item.commit === commit),
      ),
    );

    expect(sent).toEqual({ status: 202, text: '{"taken":true}' });
    expect(delivery).toMatchObject({ state: 'done', note: 'port-bind: submitted', commit });
    const [submission, ...more] = await forges.submissionsOf(ada);
    expect(more).toEqual([]);
    expect(submission).toMatchObject({ source: 'git', attempt: 1 });
    expect(told.at(-1)).toMatchObject({
      repository,
      state: kind === 'gitlab' ? 'failed' : 'failure',
      description: 'Score 60 of 100: failed',
      url: `${forges.stack.api.url}/submissions/${submission?.id ?? ''}`,
    });
    expect(forge.broken).toEqual([]);
    expect(await readdir(join(forges.folder, 'fetched'))).toEqual([]);
    expect(older).not.toBe(commit);

    // The same commit, told of once more: nothing is submitted twice.
    await sendWebhook({ ...target, commit });
    await forges.settled(path);
    expect(await forges.submissionsOf(ada)).toHaveLength(1);
  });
});
