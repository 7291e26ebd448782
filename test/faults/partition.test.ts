import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Arena, startArena } from '../attacks/support/arena.ts';
import { sql } from '../integration/support/database.ts';
import { waitUntil } from '../integration/support/wait-until.ts';
import { expectCleared, expectGradedOnce } from './support/aftermath.ts';
import { Marked } from './support/marked.ts';
import { type SplitLink, startSplitLink } from './support/split-link.ts';
import { took } from './support/took.ts';
import { type WorkerOn, startWorkerOn } from './support/worker-on.ts';

/** Two workers, and a network that splits between one of them and both stores: it goes on, and nobody hears of it. */
describe('the network can split, and', () => {
  const marked = new Marked();
  let arena: Arena;
  let links: readonly SplitLink[];
  let cutOff: WorkerOn;

  beforeAll(async () => {
    arena = await startArena({ slots: 1, environment: { LEASE_SECONDS: '6' } });
    const { config } = arena.stack;
    const [postgres, redis] = await Promise.all([
      startSplitLink(config.databaseUrl),
      startSplitLink(config.redis.url),
    ]);
    links = [postgres, redis];
    const far = { ...config, databaseUrl: postgres.url, redis: { ...config.redis, url: redis.url } };
    cutOff = await startWorkerOn(process.env['DOCKER_HOST'] ?? '', far);
  }, 300_000);
  afterAll(async () => {
    await cutOff[Symbol.asyncDispose]();
    for (const link of links) await link[Symbol.asyncDispose]();
    await arena[Symbol.asyncDispose]();
  });

  it('row 49: a worker that is cut off writes nothing of what another has graded, and takes runs once it is back', async () => {
    const { databaseUrl } = arena.stack.config;
    const sent = await arena.send(marked.project({ startSeconds: 4 }));
    await waitUntil('its container runs', async () => (await marked.processes()).length > 0, 120_000, 50);
    for (const link of links) link.split();
    const other = await arena.startWorker();
    await took('until another has graded what a worker had that was cut off', () => arena.verdictOf(sent));
    const [before] = await sql(databaseUrl, 'SELECT * FROM run WHERE submission_id = $1', [sent.id]);
    await other[Symbol.asyncDispose]();
    for (const link of links) link.heal();
    const next = await arena.send(marked.files({}));
    await took('until the one that was cut off grades again', () => arena.verdictOf(next));

    const [after] = await sql(databaseUrl, 'SELECT * FROM run WHERE submission_id = $1', [sent.id]);
    const { runs } = await arena.instructor.submission(next.id);
    expect(before).toMatchObject({ worker: other.id, faults: 1, fence: 2 });
    expect(after).toEqual(before);
    expect(runs[0]?.worker).toBe(cutOff.id);
    expect(cutOff.output()).toContain('run was taken away');
    await expectGradedOnce(databaseUrl, [sent, next]);
    await took('until nothing is left of it', () => expectCleared(arena.docker, databaseUrl, marked));
  });
});
