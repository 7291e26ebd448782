import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../support/database.ts';
import { waitUntil } from '../support/wait-until.ts';
import type { FakeForge } from './fake-forge.ts';
import { ForgeStack } from './forge-stack.ts';
import { WorkingCopy } from './git-client.ts';
import { sendWebhook } from './webhook-sender.ts';

const TEN_MINUTES_MS = 600_000;
/** An hour in six seconds, and what is before and after it. */
const LIMIT_MS = 90_000;

describe('a forge that is out of order', () => {
  let forges: ForgeStack;
  beforeAll(async () => {
    forges = await ForgeStack.start();
  });
  afterAll(() => forges[Symbol.asyncDispose]());

  /** Lets an hour go by, a minute in each tenth of a second. */
  async function anHour(): Promise<void> {
    for (let minutes = 0; minutes < 60; minutes++) {
      forges.stack.clock.forward(60_000);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Pushes a fix to a repository of the forge. Gives its commit. */
  async function pushed(forge: FakeForge, repository: string): Promise<string> {
    await using copy = await WorkingCopy.make();
    await copy.write('labs/port-bind/Dockerfile', 'FROM x\nCMD fixed\n');
    const commit = await copy.commit();
    await copy.must('push', '--quiet', await forge.repository(repository), 'main');
    return commit;
  }

  async function count(query: string): Promise<number> {
    const [row] = await sql(forges.stack.config.databaseUrl, query);
    return Number(row?.['n'] ?? 0);
  }

  it(
    'loses no status in an hour in which it takes none',
    async () => {
      const forge = forges.forge('gitea');
      const { target, repository, ada, created } = await forges.setUp('gitea', 'ada-untold');
      const commit = await pushed(forge, repository);
      forge.statusesAreDown = true;

      await sendWebhook({ ...target, commit });
      await waitUntil('graded', async () => (await forges.submissionsOf(ada))[0]?.status === 'done');
      await anHour();
      const tries = await count(
        `SELECT max(tries) AS n FROM outbox WHERE topic = 'commit.status' AND delivered_at IS NULL`,
      );
      const shown = await forges.untold(created.id);
      forge.statusesAreDown = false;
      forges.stack.clock.forward(TEN_MINUTES_MS);
      const told = await waitUntil('told', () => {
        const all = forge.statuses.filter((item) => item.commit === commit && item.state === 'success');
        return Promise.resolve(all.length > 0 && all);
      });

      expect(tries).toBeGreaterThan(2);
      expect(shown).toMatchObject({ givenUp: 0, said: 'the forge answered 503 to a commit status' });
      expect(shown?.waiting).toBeGreaterThan(0);
      await waitUntil('nothing untold', async () => (await forges.untold(created.id)) === null);
      expect(told.map(({ description }) => description)).toEqual(['Score 100 of 100: passed']);
    },
    LIMIT_MS,
  );

  it(
    'gives up after days of refusals, and says so to the instructor',
    async () => {
      const forge = forges.forge('github');
      const { target, repository, ada, created } = await forges.setUp('github', 'ada-given-up');
      const commit = await pushed(forge, repository);
      forge.statusesAreDown = true;
      await sendWebhook({ ...target, commit });
      await waitUntil('graded', async () => (await forges.submissionsOf(ada))[0]?.status === 'done');
      await waitUntil('tried in vain', async () => (await forges.untold(created.id))?.waiting);
      forges.stack.clock.forward(4 * 24 * 3_600_000);
      const shown = await waitUntil('given up', async () => {
        const untold = await forges.untold(created.id);
        return untold?.waiting === 0 && untold;
      });
      forge.statusesAreDown = false;

      expect(shown.givenUp).toBeGreaterThan(0);
      expect(shown.said).toBe('the forge answered 503 to a commit status');
    },
    LIMIT_MS,
  );

  it(
    'loses no push in an hour in which nothing can be fetched, and the push counts from when it came',
    async () => {
      const forge = forges.forge('github');
      const { target, repository, ada } = await forges.setUp('github', 'ada-unfetched');
      const commit = await pushed(forge, repository);
      forge.git = 'down';
      const pushedAt = forges.stack.clock.now().getTime();

      await sendWebhook({ ...target, commit });
      await anHour();
      const tries = await count(`SELECT tries AS n FROM forge_delivery WHERE commit = '${commit}'`);
      forge.git = 'up';
      forges.stack.clock.forward(TEN_MINUTES_MS);
      const [graded] = await waitUntil('graded', async () => {
        const all = await forges.submissionsOf(ada);
        return all.length > 0 && all.every(({ status }) => status === 'done') && all;
      });

      expect(tries).toBeGreaterThan(2);
      expect(graded).toMatchObject({ attempt: 1, score: 100 });
      expect(Math.abs(Date.parse(graded?.submittedAt ?? '') - pushedAt)).toBeLessThan(TEN_MINUTES_MS);
    },
    LIMIT_MS,
  );

  it(
    'puts no older push in the place of a newer one that was fetched first',
    async () => {
      const forge = forges.forge('gitlab');
      const { target, path, repository, ada } = await forges.setUp('gitlab', 'ada-late');
      await using copy = await WorkingCopy.make();
      await copy.write('labs/port-bind/Dockerfile', 'FROM x\nCMD half\n');
      const older = await copy.commit();
      const bare = await forge.repository(repository);
      await copy.must('push', '--quiet', bare, 'main');
      forge.git = 'down';
      await sendWebhook({ ...target, commit: older });
      await anHour();
      // While nothing can be fetched yet: a try that is due or under way would come before the newer push.
      await waitUntil(
        'the last try failed, and the next one isn’t due before the clock is put on',
        async () => {
          const later = `due_at > '${forges.stack.clock.now().toISOString()}' AND note LIKE 'Try ' || tries || ':%'`;
          return (
            (await count(`SELECT count(*) AS n FROM forge_delivery WHERE commit = '${older}' AND ${later}`)) >
            0
          );
        },
      );
      forge.git = 'up';
      await copy.write('labs/port-bind/Dockerfile', 'FROM x\nCMD fixed\n');
      const newer = await copy.commit();
      await copy.must('push', '--quiet', bare, 'main');
      await sendWebhook({ ...target, commit: newer });
      await waitUntil('newer one taken', async () =>
        (await forges.deliveries(path)).some(({ commit, state }) => commit === newer && state === 'done'),
      );
      forges.stack.clock.forward(TEN_MINUTES_MS);
      const all = await forges.settled(path);

      expect(all.find(({ commit }) => commit === older)?.note).toContain('newer push');
      expect(await forges.submissionsOf(ada)).toHaveLength(1);
    },
    LIMIT_MS,
  );

  it('holds up no other forge, nor the next push of its own', async () => {
    const silent = forges.forge('gitea');
    const other = forges.forge('github');
    silent.git = 'silent';
    try {
      for (const name of ['ada-hangs', 'bob-hangs', 'cem-hangs']) {
        const { target } = await forges.setUp('gitea', name);
        await sendWebhook({ ...target, commit: '0123456789'.repeat(4) });
      }
      await waitUntil('fetched from', () => Promise.resolve(silent.gitRequests > 1));
      const { target, path, repository } = await forges.setUp('github', 'dov-waits');
      await using copy = await WorkingCopy.make();
      await copy.write('labs/port-bind/Dockerfile', 'FROM x\nCMD fixed\n');
      const commit = await copy.commit();
      await copy.must('push', '--quiet', await other.repository(repository), 'main');
      await sendWebhook({ ...target, commit });
      const [delivery] = await forges.settled(path);
      expect(delivery?.note).toBe('port-bind: submitted');
    } finally {
      silent.git = 'up';
      silent.hangUp();
    }
  });
});
