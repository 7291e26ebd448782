import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../support/database.ts';
import { waitUntil } from '../support/wait-until.ts';
import { CREDENTIAL } from './fake-forge.ts';
import { ForgeStack } from './forge-stack.ts';
import { WorkingCopy } from './git-client.ts';
import { sendWebhook } from './webhook-sender.ts';

const SHA = 'a'.repeat(40);

describe('forges, and those who pretend to be one', () => {
  let forges: ForgeStack;
  beforeAll(async () => {
    forges = await ForgeStack.start();
  });
  afterAll(() => forges[Symbol.asyncDispose]());

  it('turns away what isn’t signed as it should be, altered, or seen before', async () => {
    const { target, path } = await forges.setUp('github', 'ada-signed');
    const gitlab = await forges.setUp('gitlab', 'ada-signed-lab');
    const good = { ...target, commit: SHA, ref: 'refs/heads/other' };

    const answers = [
      await sendWebhook({ ...good, secret: 'wrong' }),
      await sendWebhook({ ...good, tamper: (_headers, body) => `${body} ` }),
      await sendWebhook({
        ...good,
        tamper: (headers, body) => {
          headers['x-hub-signature'] = headers['x-hub-signature-256']?.replace('256', '1') ?? '';
          delete headers['x-hub-signature-256'];
          return body;
        },
      }),
      await sendWebhook({ ...gitlab.target, commit: SHA, secret: 'wrong' }),
      await sendWebhook({ ...good, url: `${forges.stack.api.url}/api/v1/webhooks/gitea` }),
    ];
    const first = await sendWebhook({ ...good, id: 'once' });
    const again = await sendWebhook({ ...good, id: 'once' });
    const large = await sendWebhook({ ...good, tamper: (_headers, body) => body + ' '.repeat(3_000_000) });

    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 401, 401]);
    expect([first.status, again.status, large.status]).toEqual([202, 409, 413]);
    expect(await forges.deliveries(path)).toHaveLength(1);
  });

  it('says of what isn’t graded why, to the instructor alone', async () => {
    const { target, path } = await forges.setUp('github', 'ada-ignored');
    const pushes = [
      { commit: SHA, event: 'ping' },
      { commit: SHA, event: 'issues' },
      { commit: SHA, ref: 'refs/tags/v1' },
      { commit: '0'.repeat(40) },
      { commit: SHA, ref: 'refs/heads/other' },
      { commit: SHA, repository: 'some/body-else' },
    ];

    const answers = [];
    for (const push of pushes) answers.push(await sendWebhook({ ...target, ...push }));
    const all = await forges.deliveries(path);

    expect(new Set(answers.map((answer) => `${answer.status} ${answer.text}`))).toEqual(
      new Set(['202 {"taken":true}']),
    );
    expect(all.map((item) => item.note).toReversed()).toEqual([
      'A test delivery: the webhook is set up as it should be.',
      'Only pushes are graded.',
      'Tags are not graded.',
      'A branch was deleted.',
      'Only pushes to main are graded.',
      'The repository is nobody’s: map it to a learner.',
    ]);
  });

  it('follows no redirect and goes to no private address', async () => {
    const forge = forges.forge('github');
    const { target, path } = await forges.setUp('github', 'ada-redirected');
    const gitea = forges.forge('gitea').gitRequests;
    forge.redirectTo = forges.forge('gitea').url;
    const addresses = [
      'https://127.0.0.1:1',
      'https://169.254.169.254',
      'https://[::ffff:10.0.0.1]',
      'https://localhost',
      'https://2130706433',
      'http://127.0.0.1:1',
    ];

    await sendWebhook({ ...target, commit: SHA });
    const [redirected] = await waitUntil('tried', async () => {
      const all = await forges.deliveries(path);
      return all.some((item) => item.note !== '') && all;
    });
    forge.redirectTo = null;
    const notes = [];
    for (const [index, address] of addresses.entries()) {
      const there = await forges.setUp('github', `ada-private-${index}`, address);
      await sendWebhook({ ...there.target, commit: SHA });
      notes.push((await forges.settled(there.path))[0]);
    }
    const schemes = [];
    for (const baseUrl of ['file:///etc', 'ext::sh', 'ssh://host', 'https://user:pass@host', 'git://host']) {
      schemes.push(
        (await forges.teacher.send('POST', '/courses/docker-101/forges', { kind: 'github', baseUrl })).status,
      );
    }

    expect(redirected).toMatchObject({ state: 'waiting', tries: 1 });
    expect(forges.forge('gitea').gitRequests).toBe(gitea);
    expect(notes.map((item) => item?.state)).toEqual(addresses.map(() => 'failed'));
    expect(notes.map((item) => item?.note)).toSatisfy((all: string[]) =>
      all.every((note) => note.startsWith('The address isn’t gone to')),
    );
    expect(schemes).toEqual([400, 400, 400, 400, 400]);
  });

  it('refuses what a folder may not hold, and a commit that is too large', async () => {
    const forge = forges.forge('gitea');
    const { ada, target, path, repository } = await forges.setUp('gitea', 'ada-hostile');
    const bare = await forge.repository(repository);
    await using copy = await WorkingCopy.make();
    await copy.write('labs/port-bind/Dockerfile', 'FROM x\n');
    await copy.link('labs/port-bind/out', '../../../../etc');
    const linked = await copy.commit();
    await copy.must('push', '--quiet', bare, 'main');
    const noise = Array.from({ length: 40 }, () => crypto.getRandomValues(new Uint8Array(65_536)));
    await copy.write('labs/port-bind/large', Buffer.concat(noise));
    const large = await copy.commit();
    await copy.must('push', '--quiet', bare, 'main');

    await sendWebhook({ ...target, commit: linked });
    await forges.settled(path);
    await sendWebhook({ ...target, commit: large });
    const [second, first] = await forges.settled(path);

    expect(first?.note).toContain('port-bind: not taken: `out` isn’t taken'.replace('isn’t', "isn't"));
    expect(second).toMatchObject({ state: 'failed' });
    expect(second?.note).toContain('more than 1 MiB');
    expect(await forges.submissionsOf(ada)).toEqual([]);
    // Others' deliveries may be tried again at the same time.
    const left = (): Promise<string[]> => readdir(join(forges.folder, 'fetched'));
    await waitUntil('nothing is kept of it', async () => (await left()).length === 0);
  });

  it('keeps secrets sealed, and shows none again', async () => {
    const { created, path } = await forges.setUp('github', 'ada-sealed');
    const learner = await forges.stack.person('curious', 'learner');

    const listed = await forges.teacher.get('/courses/docker-101/forges');
    const forbidden = await learner.get(`${path}/deliveries`);
    const [row] = await sql(forges.stack.config.databaseUrl, 'SELECT * FROM forge WHERE id = $1', [
      created.id,
    ]);

    expect(listed.text).not.toContain(created.webhookSecret);
    expect(listed.text).not.toContain(CREDENTIAL);
    expect(forbidden.status).toBe(403);
    expect(JSON.stringify(row)).not.toContain(created.webhookSecret);
    expect(JSON.stringify(row)).not.toContain(CREDENTIAL);
  });
});
