import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Arena, startArena } from '../attacks/support/arena.ts';
import { sql } from '../integration/support/database.ts';
import { waitUntil } from '../integration/support/wait-until.ts';
import { connect } from '../../src/machine/services/private-engine.ts';
import { expectCleared, expectGradedOnce, expectNoOrphans } from './support/aftermath.ts';
import { Marked } from './support/marked.ts';
import { SecondEngine } from './support/second-engine.ts';
import { took } from './support/took.ts';
import { type WorkerOn, startWorkerOn } from './support/worker-on.ts';

type Sent = Awaited<ReturnType<Arena['send']>>;

/** Nobody else could take over: what is lost with the engine is lost until it is back. */
describe('the only engine of the only worker can die, and', () => {
  const marked = new Marked();
  let arena: Arena;
  let engine: SecondEngine;
  let worker: WorkerOn;

  beforeAll(async () => {
    arena = await startArena({ slots: 1, environment: { LEASE_SECONDS: '10' } });
    engine = await SecondEngine.start(arena.docker);
    worker = await startWorkerOn(engine.url, arena.stack.config);
  }, 600_000);
  afterAll(async () => {
    await worker[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
    await arena[Symbol.asyncDispose]();
  });

  async function untilItRuns({ id }: Sent): Promise<void> {
    const [row] = await sql(arena.stack.config.databaseUrl, 'SELECT id FROM run WHERE submission_id = $1', [
      id,
    ]);
    const filters = { label: [`labgrader.run=${String(row?.['id'])}`] };
    await waitUntil(
      'its container runs',
      async () => (await connect(engine.url).listContainers({ filters })).length > 0,
      120_000,
      50,
    );
  }

  it('row 49: a run that was going on, and what was handed in meanwhile, is graded once it is back', async () => {
    const lost = await arena.send(marked.project({ startSeconds: 6 }));
    await untilItRuns(lost);
    await engine.kill();
    await waitUntil('its worker says so', async () => (await worker.readiness()).status === 503, 60_000, 100);
    const late = await arena.send(marked.project({}));
    await took('an engine that was killed is back', () => engine.startAgain());
    await took('until all that it had is graded', () =>
      Promise.all([lost, late].map((each) => arena.verdictOf(each))),
    );

    await expectGradedOnce(arena.stack.config.databaseUrl, [lost, late]);
    await took('until nothing is left of it', async () => {
      await expectCleared(connect(engine.url), arena.stack.config.databaseUrl, marked);
      await expectNoOrphans(connect(engine.url));
    });
  });
});
