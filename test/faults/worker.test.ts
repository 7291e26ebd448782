import { connect } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reapStrays } from '../../src/adapters/docker/reap-strays.ts';
import { freePort } from '../../src/machine/programs.ts';
import { Accepted, type Submission } from '../../src/http/schemas/submission.ts';
import { sql } from '../integration/support/database.ts';
import { waitUntil } from '../integration/support/wait-until.ts';
import { type Arena, HONEST, startArena, SUBMISSIONS } from '../attacks/support/arena.ts';
import { expectGradedOnce } from './support/aftermath.ts';
import { Marked, type Slowness } from './support/marked.ts';
import { type Process, startProcess } from './support/processes.ts';
import { took } from './support/took.ts';

type Sent = Awaited<ReturnType<Arena['send']>>;
const OLD_MS = 5_000;

describe('a process of the service can die, and', () => {
  const marked = new Marked();
  let arena: Arena;

  beforeAll(async () => {
    arena = await startArena({ slots: 1, environment: { LEASE_SECONDS: '6' } });
  });
  afterAll(() => arena[Symbol.asyncDispose]());

  function doomedWorker(): Promise<Process> {
    return startProcess('test/faults/support/worker-process.ts', arena.stack.config, {}, (output) =>
      output.includes('taking runs'),
    );
  }

  async function untilPhase(sent: Sent, phases: readonly string[]): Promise<void> {
    const text = 'SELECT id FROM run WHERE submission_id = $1';
    const [row] = await sql(arena.stack.config.databaseUrl, text, [sent.id]);
    const run = String(row?.['id']);
    await waitUntil(
      `submission ${phases.join(' or ')}`,
      async () => {
        const told = await arena.stack.api.service.feed.history(run);
        return told.some(({ event }) => event.type === 'phase' && phases.includes(event.phase));
      },
      120_000,
      50,
    );
  }

  /** As staff see it, once it is over. */
  async function seen(sent: Sent): Promise<Submission> {
    return arena.instructor.submission((await arena.verdictOf(sent)).id);
  }

  async function expectRight(submission: Submission): Promise<void> {
    expect(submission).toMatchObject({ verdict: 'passed', score: 100, attempt: 1, counts: true });
    expect(submission.runs).toHaveLength(1);
    await expectGradedOnce(arena.stack.config.databaseUrl, [submission]);
  }

  /** Another worker does what one had that was killed meanwhile. */
  async function expectRescued(sent: Sent, phase: string): Promise<void> {
    const submission = await took(`until what was lost while ${phase} is graded`, async () => {
      await using rescuer = await arena.startWorker();
      const graded = await seen(sent);
      expect(graded.runs[0]?.worker).toBe(rescuer.id);
      return graded;
    });
    await expectRight(submission);
  }

  it('row 49: a run whose worker is killed once it has claimed it gets its one verdict from another', async () => {
    const sent = await arena.send(marked.project({}));
    {
      // It has the run, and waits for the files.
      await using _held = await hold(arena.stack.config.databaseUrl, 'file_tree', 'ACCESS EXCLUSIVE');
      await using doomed = await doomedWorker();
      await untilPhase(sent, ['claimed']);
      await kill(doomed);
    }

    await expectRescued(sent, 'claimed');
  });

  it.each<[string, Slowness]>([
    ['building', { buildSeconds: 4 }],
    ['starting', { startSeconds: 3 }],
    ['checking', {}],
    ['recording', {}],
  ])(
    'row 49: a run whose worker is killed while %s gets its one verdict from another',
    async (phase, slow) => {
      await using doomed = await doomedWorker();
      const sent = await arena.send(marked.project(slow));
      await untilPhase(sent, ['building', 'starting', 'checking']);
      {
        // Nothing is over before the kill, however short the phase is.
        await using _held = await hold(arena.stack.config.databaseUrl, 'standing', 'EXCLUSIVE');
        await untilPhase(sent, [phase]);
        await kill(doomed);
      }

      await expectRescued(sent, phase);
    },
  );

  it('row 50: a worker that stalls past its lease writes nothing once another has finished its run', async () => {
    await using stalled = await doomedWorker();
    const sent = await arena.send(HONEST);
    await untilPhase(sent, ['starting', 'checking']);
    stalled.signal('SIGSTOP');
    const rescuer = await arena.startWorker();
    const submission = await took('until what a stalled worker has is graded', () => seen(sent));
    stalled.signal('SIGCONT');
    await waitUntil(
      'the late worker gives way',
      () => Promise.resolve(/run was taken away|run ended in a fault/.test(stalled.output())),
      60_000,
      200,
    );
    await rescuer[Symbol.asyncDispose]();

    await expectRight(submission);
    const after = await seen(sent);
    expect(after.runs).toEqual(submission.runs);
    expect(after.runs[0]?.worker).toBe(rescuer.id);
  });

  it('row 49: a run whose prober is killed is tried again and counts no attempt more', async () => {
    const rescuer = await arena.startWorker();
    const sent = await arena.send(HONEST);
    await untilPhase(sent, ['building', 'starting', 'checking']);
    const run = (await arena.instructor.submission(sent.id)).runs[0]?.id ?? '';
    await waitUntil(
      'the container runs',
      async () => {
        const [own] = await arena.docker.listContainers({ filters: { label: [`labgrader.run=${run}`] } });
        if (!own) return false;
        const bench = own.Labels['labgrader.bench'] ?? '';
        const filters = { label: [`labgrader.bench=${bench}`, 'labgrader.agent=prober'] };
        const [prober] = await arena.docker.listContainers({ filters });
        await arena.docker.getContainer(prober?.Id ?? '').kill();
        return true;
      },
      120_000,
      50,
    );
    const submission = await took('until a run is graded whose prober was killed', () => seen(sent));
    await rescuer[Symbol.asyncDispose]();

    await expectRight(submission);
  });

  it('row 49: an upload whose API is killed in the middle leaves nothing', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const more = { PORT: String(port), HOST: '127.0.0.1' };
    await using doomed = await startProcess('src/server.ts', arena.stack.config, more, async () => {
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      await answer?.body?.cancel();
      return answer?.ok === true;
    });
    const learner = await arena.stack.person('uploader', 'learner');
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `POST /api/v1${SUBMISSIONS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${learner.token ?? ''}\r\n` +
        'Content-Type: application/gzip\r\nContent-Length: 100000\r\n\r\n',
    );
    socket.write(Buffer.from([0x1f, 0x8b, 8, 0]));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await kill(doomed);
    socket.destroy();

    const rows = await sql(arena.stack.config.databaseUrl, 'SELECT id FROM submission WHERE person_id = $1', [
      learner.personId,
    ]);
    expect(rows).toEqual([]);
    const again = await learner.ask(Accepted, 'POST', SUBMISSIONS, { files: HONEST });
    expect(again.attempt).toBe(1);
  });

  it('whatever died, the next honest submission passes and nothing is left behind', async () => {
    await new Promise((resolve) => setTimeout(resolve, OLD_MS));
    await reapStrays(arena.docker, OLD_MS);
    await arena.startWorker();
    await arena.expectUnharmed({ faultsLogged: true });
    expect(await marked.processes(), 'processes that go on').toEqual([]);
  });
});

async function kill(doomed: Process): Promise<void> {
  doomed.signal('SIGKILL');
  await doomed.ended();
}

/** Keeps whoever needs that table waiting: it is `standing` for who records a result. */
async function hold(
  url: string,
  table: 'standing' | 'file_tree',
  mode: 'EXCLUSIVE' | 'ACCESS EXCLUSIVE',
): Promise<AsyncDisposable> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  await client.query(`LOCK TABLE ${table} IN ${mode} MODE`);
  return {
    async [Symbol.asyncDispose]() {
      await client.end();
    },
  };
}
