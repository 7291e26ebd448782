import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Submission } from '../../src/http/schemas/submission.ts';
import {
  type Arena,
  type Files,
  HONEST,
  expectNothingLeft,
  expectOneVerdictEach,
  startArena,
} from '../attacks/support/arena.ts';
import { sql } from '../integration/support/database.ts';
import { waitUntil } from '../integration/support/wait-until.ts';
import { connect } from '../../src/machine/services/private-engine.ts';
import { SecondEngine } from './support/second-engine.ts';
import { took } from './support/took.ts';
import { type WorkerOn, startWorkerOn } from './support/worker-on.ts';

type Sent = Awaited<ReturnType<Arena['send']>>;

/** Two hosts in little: an engine and a worker each, over one database and one queue. */
describe('two engines and two workers over one queue', () => {
  let arena: Arena;
  let second: SecondEngine;
  let here: WorkerOn;
  let there: WorkerOn;
  let sent = 0;

  beforeAll(async () => {
    arena = await startArena({ slots: 1, environment: { LEASE_SECONDS: '10' } });
    second = await SecondEngine.start(arena.docker);
    [here, there] = await Promise.all([workerHere(), workerThere()]);
  }, 600_000);
  afterAll(async () => {
    await Promise.all([here, there].map((worker) => worker[Symbol.asyncDispose]()));
    await second[Symbol.asyncDispose]();
    await arena[Symbol.asyncDispose]();
  });

  const workerHere = (drain?: number): Promise<WorkerOn> =>
    startWorkerOn(process.env['DOCKER_HOST'] ?? '', arena.stack.config, drain);
  const workerThere = (drain?: number): Promise<WorkerOn> =>
    startWorkerOn(second.url, arena.stack.config, drain);

  /** Handed in by as many learners; each is built for so long, and none out of the cache. */
  function send(count: number, seconds: number): Promise<Sent[]> {
    const slow = (): Files => {
      sent += 1;
      const pause = `RUN echo ${process.pid}-${Date.now()}-${sent} && sleep ${seconds}\nCOPY src/`;
      return { Dockerfile: HONEST.Dockerfile.replace('COPY src/', pause) };
    };
    return Promise.all(Array.from({ length: count }, () => arena.send(slow())));
  }

  /** As staff see it, once it is over: passed, and counted as the one attempt that it was. */
  async function graded(each: Sent): Promise<Submission> {
    await arena.verdictOf(each);
    const submission = await arena.instructor.submission(each.id);
    expect(submission).toMatchObject({ verdict: 'passed', score: 100, attempt: 1, counts: true });
    expect(submission.runs).toHaveLength(1);
    return submission;
  }

  async function workersOf(all: readonly Sent[]): Promise<readonly string[]> {
    const submissions = await Promise.all(all.map(graded));
    await expectOneVerdictEach(arena.stack.config.databaseUrl);
    return submissions.map(({ runs }) => runs[0]?.worker ?? '');
  }

  /** Waits until `worker` builds one of them, and says which one. */
  async function buildingAt(worker: WorkerOn, all: readonly Sent[]): Promise<Sent> {
    return waitUntil(
      `${worker.id} builds`,
      async () => {
        for (const each of all) {
          const { runs } = await arena.instructor.submission(each.id);
          if (runs[0]?.worker !== worker.id || runs[0].state !== 'running') continue;
          const told = await arena.stack.api.service.feed.history(runs[0].id);
          if (told.some(({ event }) => event.type === 'phase' && event.phase === 'building')) return each;
        }
        return undefined;
      },
      120_000,
      50,
    );
  }

  async function faultsOf({ id }: Sent): Promise<unknown> {
    const text = 'SELECT faults FROM run WHERE submission_id = $1';
    return (await sql(arena.stack.config.databaseUrl, text, [id]))[0]?.['faults'];
  }

  it('share the work', async () => {
    const workers = await workersOf(await send(6, 2));

    expect(new Set(workers)).toEqual(new Set([here.id, there.id]));
  });

  it('finish what the other one had when it was killed, once', async () => {
    const all = await send(2, 6);
    const lost = await buildingAt(there, all);
    there.signal('SIGKILL');
    await there.ended();

    const workers = await took('until all is graded that a killed worker had', () => workersOf(all));
    there = await workerThere();

    expect(new Set(workers)).toEqual(new Set([here.id]));
    expect((await graded(lost)).runs[0]?.worker).toBe(here.id);
  });

  it('take a killed engine for a fault: the other grades it, and this one takes runs again once it is back', async () => {
    const all = await send(2, 6);
    const lost = await buildingAt(there, all);
    await second.kill();
    await waitUntil('its worker says so', async () => (await there.readiness()).status === 503, 60_000, 100);
    const meanwhile = [...all, ...(await send(3, 1))];
    const workers = await took('until all is graded that a killed engine had', () => workersOf(meanwhile));
    const unfit = await there.readiness();
    await took('until a killed engine is back and its worker takes runs', async () => {
      await second.startAgain();
      await there.untilReady();
    });
    const after = await workersOf(await send(6, 2));

    expect(await faultsOf(lost)).toBe(1);
    expect(new Set(workers)).toEqual(new Set([here.id]));
    expect(JSON.parse(unfit.text)).toMatchObject({
      status: 'down',
      engine: 'down',
      postgres: 'up',
      redis: 'up',
    });
    expect(new Set(after)).toEqual(new Set([here.id, there.id]));
  });

  it('let a worker that is asked to end finish its run, and give it no other', async () => {
    const all = await send(2, 6);
    const own = await buildingAt(there, all);
    there.signal('SIGTERM');
    await waitUntil(
      'it knows that it ends',
      () => Promise.resolve(there.output().includes('"ending: ')),
      60_000,
      20,
    );
    const late = await send(3, 1);
    const workers = await workersOf([...all, ...late]);
    await there.ended();

    expect(workers.filter((id) => id === there.id)).toHaveLength(1);
    expect((await graded(own)).runs[0]?.worker).toBe(there.id);
    expect(await faultsOf(own)).toBe(0);
  });

  it('take over from a worker that has no time to finish, and count no fault', async () => {
    there = await workerThere(0);
    const all = await send(2, 6);
    const own = await buildingAt(there, all);
    there.signal('SIGTERM');
    await there.ended();

    const workers = await workersOf(all);

    expect(there.output()).toContain('run handed back');
    expect(new Set(workers)).toEqual(new Set([here.id]));
    expect(await faultsOf(own)).toBe(0);
  });

  it('are joined by one that is started while work waits', async () => {
    const all = await send(10, 3);
    there = await workerThere();

    const workers = await workersOf(all);

    expect(new Set(workers)).toEqual(new Set([here.id, there.id]));
  });

  it('leave nothing of any run on either engine', async () => {
    const { databaseUrl } = arena.stack.config;

    await took('until nothing is left on either engine', async () => {
      await expectNothingLeft(connect(second.url), databaseUrl);
      await expectNothingLeft(arena.docker, databaseUrl);
    });
  });
});
