import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../support/client.ts';
import { sql } from '../support/database.ts';
import { waitUntil } from '../support/wait-until.ts';
import { ForgeStack } from './forge-stack.ts';
import { remoteUrl, WorkingCopy } from './git-client.ts';
import { sendWebhook } from './webhook-sender.ts';

describe('a push of who is blocked', () => {
  let forges: ForgeStack;
  let admin: Client;
  beforeAll(async () => {
    forges = await ForgeStack.start();
    admin = await forges.stack.person('admin-git', 'admin');
  });
  afterAll(() => forges[Symbol.asyncDispose]());

  async function block(client: Client): Promise<void> {
    const blocked = await admin.send('PUT', `/people/${client.personId}/block`, { reason: 'a test' });
    expect(blocked.status).toBe(204);
  }

  async function submissionsBy(client: Client): Promise<number> {
    const rows = await sql(forges.stack.config.databaseUrl, 'SELECT 1 FROM submission WHERE person_id = $1', [
      client.personId,
    ]);
    return rows.length;
  }

  async function pendingBy(client: Client): Promise<number> {
    const rows = await sql(
      forges.stack.config.databaseUrl,
      'SELECT 1 FROM pending_push WHERE person_id = $1',
      [client.personId],
    );
    return rows.length;
  }

  it('to a forge is taken like any other, not graded, and the instructor reads why', async () => {
    const { ada, target, path, repository } = await forges.setUp('gitea', 'ada-blocked');
    await using copy = await WorkingCopy.make();
    await copy.write('labs/port-bind/Dockerfile', 'FROM x\nCMD fixed\n');
    const commit = await copy.commit();
    await copy.must('push', '--quiet', await forges.forge('gitea').repository(repository), 'main');
    await block(ada);

    const sent = await sendWebhook({ ...target, commit });
    const [delivery] = await forges.settled(path);

    expect(sent).toEqual({ status: 202, text: '{"taken":true}' });
    expect(delivery?.state).toBe('failed');
    expect(delivery?.note).toContain('ada-blocked, whose repository it is, is blocked.');
    expect(await submissionsBy(ada)).toBe(0);
  });

  it('to the service itself is refused in words, before anything is sent', async () => {
    const ada = await forges.stack.person('ada-refused', 'learner');
    await using copy = await WorkingCopy.make();
    await copy.write('Dockerfile', 'FROM x\nCMD fixed\n');
    await copy.commit();
    await block(ada);

    const push = await copy.git(['push', remoteUrl(forges.stack.api.url, ada.token), 'main']);

    expect(push.code).not.toBe(0);
    expect(push.said).toContain('remote: You are blocked here.');
    expect(await submissionsBy(ada)).toBe(0);
    expect(await pendingBy(ada)).toBe(0);
  });

  it('that git kept just before the block is not submitted after it', async () => {
    const ada = await forges.stack.person('ada-between', 'learner');
    await using copy = await WorkingCopy.make();
    await copy.write('Dockerfile', 'FROM x\nCMD fixed\n');
    const commit = await copy.commit();
    const url = remoteUrl(forges.stack.api.url, ada.token);
    const first = await copy.git(['push', url, 'main']);
    await block(ada);

    // As a process leaves it that was killed between git's update and the submission.
    await sql(
      forges.stack.config.databaseUrl,
      `INSERT INTO pending_push (id, assignment_id, person_id, commit, probe, taken_at)
       SELECT gen_random_uuid(), id, $1, $2, false, now() FROM assignment`,
      [ada.personId, commit],
    );
    await waitUntil('settled', async () => (await pendingBy(ada)) === 0, 30_000);

    expect(first.code).toBe(0);
    expect(await submissionsBy(ada)).toBe(1);
  }, 60_000);
});
