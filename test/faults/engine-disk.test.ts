import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Arena, startArena } from '../attacks/support/arena.ts';
import { sql } from '../integration/support/database.ts';
import { waitUntil } from '../integration/support/wait-until.ts';
import { connect } from '../../src/machine/services/private-engine.ts';
import { expectCleared, expectGradedOnce, expectNoOrphans } from './support/aftermath.ts';
import { Marked, type Slowness } from './support/marked.ts';
import { SecondEngine } from './support/second-engine.ts';
import { SmallDisk } from './support/small-disk.ts';
import { took } from './support/took.ts';
import { type WorkerOn, startWorkerOn } from './support/worker-on.ts';

const DISK_MIB = 1_200;
const FLOOR = { ENGINE_DISK_FLOOR_MIB: '100' };

/** An engine on a small disk of its own. */
describe('the disk of the engine can be full to the last byte, and', () => {
  const marked = new Marked();
  const started: AsyncDisposable[] = [];
  let arena: Arena;
  let disk: SmallDisk;
  let engine: SecondEngine;
  let worker: WorkerOn;

  beforeAll(async () => {
    arena = await startArena({ slots: 1, environment: { LEASE_SECONDS: '10' } });
    started.push(arena);
    disk = await SmallDisk.mount(DISK_MIB, 'data');
    started.push(disk);
    engine = await SecondEngine.startOn(disk, arena.docker);
    started.push(engine);
    worker = await startWorkerOn(engine.url, arena.stack.config, 120, FLOOR);
    started.push(worker);
  }, 600_000);
  afterAll(async () => {
    for (const each of started.reverse()) await each[Symbol.asyncDispose]();
  });

  it.each<[string, Slowness, RegExp]>([
    ['is built', { buildSeconds: 6 }, /sleep 6/],
    ['starts', { startSeconds: 6 }, /sleep 6/],
  ])(
    'row 49: a run that %s meanwhile fails nobody, and is graded once there is room',
    async (_, slow, at) => {
      const { databaseUrl } = arena.stack.config;
      const lost = await arena.send(marked.project(slow));
      const isThere = async (): Promise<boolean> => (await marked.processes()).some((each) => at.test(each));
      await waitUntil('it goes on', isThere, 120_000, 50);
      await disk.fill(0);
      await waitUntil(
        'its worker says so',
        async () => (await worker.readiness()).status === 503,
        120_000,
        100,
      );
      const late = await arena.send(marked.project({}));
      const unfit = await waitUntil(
        'it has looked at the disk',
        async () => /the disk|no space/.exec((await worker.readiness()).text),
        60_000,
        100,
      );
      await disk.makeRoom();
      await took('until all is graded for which there was no room', () =>
        Promise.all([lost, late].map((each) => arena.verdictOf(each))),
      );

      expect(unfit).not.toBeNull();
      const [run] = await sql(databaseUrl, 'SELECT faults FROM run WHERE submission_id = $1', [lost.id]);
      expect(run?.['faults']).toBe(1);
      await expectGradedOnce(databaseUrl, [lost, late]);
      await took('until nothing is left of it', async () => {
        await expectCleared(connect(engine.url), databaseUrl, marked);
        await expectNoOrphans(connect(engine.url));
      });
    },
  );
});
