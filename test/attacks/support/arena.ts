import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import { pino } from 'pino';
import { expect } from 'vitest';
import { connectEngine } from '../../../src/adapters/docker/engine.ts';
import { type ComposedGrader, composeGrader, composeScenarios } from '../../../src/compose-grader.ts';
import type { RunningWorker, WorkerParts } from '../../../src/compose-worker.ts';
import type { Limits } from '../../../src/core/scenario.ts';
import type { Scenario } from '../../../src/core/scenario-bundle.ts';
import type { Submission } from '../../../src/http/schemas/submission.ts';
import { Accepted } from '../../../src/http/schemas/submission.ts';
import { sql } from '../../integration/support/database.ts';
import type { Client } from '../../integration/support/client.ts';
import { type Stack, type StackOptions, startStack } from '../../integration/support/stack.ts';
import { waitUntil } from '../../integration/support/wait-until.ts';

const SCENARIOS = fileURLToPath(new URL('../../../scenarios', import.meta.url));
export const SUBMISSIONS = '/courses/docker-101/assignments/port-bind/submissions';
const VERDICT_MS = 240_000;

/** What a learner would send who has mended the lab. */
export const HONEST = {
  Dockerfile: [
    'FROM python:3.11-slim',
    'WORKDIR /app',
    'ENV PYTHONPATH=/app/src',
    'COPY requirements.txt .',
    'RUN pip install --no-cache-dir -r requirements.txt',
    'COPY src/ src/',
    'CMD ["uvicorn", "appcore.api.app:app", "--host", "0.0.0.0", "--port", "8000"]',
    '',
  ].join('\n'),
};

export type Files = Readonly<Record<string, string | null>>;

export interface ArenaOptions extends Pick<StackOptions, 'allowances' | 'environment'> {
  readonly limits?: Partial<Limits>;
  readonly slots?: number;
}

/** The whole service with a worker that really grades, and what tells afterwards whether an attack did harm. */
export interface Arena extends AsyncDisposable {
  readonly stack: Stack;
  readonly docker: Docker;
  readonly grader: ComposedGrader;
  /** Sees what learners don't: runs and faults. */
  readonly instructor: Client;
  /** Port of a listener on every address of this machine that nobody is to reach. */
  readonly canaryPort: number;
  /** Stands in the environment of this process, where no submission may see it. */
  readonly secret: string;
  /** Takes runs from now on. */
  startWorker(parts?: Partial<WorkerParts>): Promise<RunningWorker>;
  /** Hands files in as a learner of their own. */
  send(files: Files): Promise<{ readonly id: string; readonly learner: Client }>;
  /** Hands files in and waits for what comes of them. */
  graded(files: Files): Promise<Submission>;
  verdictOf(sent: { readonly id: string; readonly learner: Client }): Promise<Submission>;
  /** Hands all of them in, aimed at the canary, each as a learner of its own; gives what will come of each by its name. */
  sendAll(
    attacks: Readonly<Record<string, { readonly files: Files }>>,
  ): Promise<ReadonlyMap<string, Promise<Submission>>>;
  /** Every invariant of an attack that was survived. An honest submission goes through as well. */
  expectUnharmed(options?: { readonly faultsLogged?: boolean }): Promise<void>;
}

export async function startArena(options: ArenaOptions = {}): Promise<Arena> {
  const secret = `secret-${randomBytes(12).toString('hex')}`;
  process.env['SECRET_OF_THE_WORKER'] = secret;
  const log: string[] = [];
  const sink = { write: (line: string) => void log.push(line) };
  const scenario = await labWith(options.limits ?? {});
  const stack = await startStack({
    scenario,
    log: pino({ level: 'debug' }, sink),
    ...(options.allowances && { allowances: options.allowances }),
    environment: { LEASE_SECONDS: '30', ...options.environment },
  });
  const host = process.env['DOCKER_HOST'];
  if (host === undefined) throw new Error('DOCKER_HOST is not set: run the tests by `npm test`');
  const docker = connectEngine(host);
  const grader = await composeGrader({
    engineHost: host,
    slots: options.slots ?? 2,
    builds: { memoryMiB: 1024, processes: 512 },
    buildCacheGiB: 20,
  });
  const canary = await openCanary();
  const secrets = [secret, new URL(stack.config.databaseUrl).pathname.slice(1)];
  const learners: Client[] = [];
  let people = 0;

  const arena: Arena = {
    stack,
    docker,
    grader,
    instructor: await stack.person('instructor', 'instructor'),
    secret,
    canaryPort: canary.port,
    startWorker: (parts = {}) => stack.worker({ grade: grader.grade, ...parts }),
    async send(files) {
      people += 1;
      const learner = await stack.person(`learner-${people}`, 'learner');
      learners.push(learner);
      const { id } = await learner.ask(Accepted, 'POST', SUBMISSIONS, { files });
      return { id, learner };
    },
    async verdictOf({ id, learner }) {
      return waitUntil(
        `verdict of ${id}`,
        async () => {
          const submission = await learner.submission(id);
          return ['done', 'fault', 'cancelled', 'superseded'].includes(submission.status) && submission;
        },
        VERDICT_MS,
        250,
      );
    },
    async graded(files) {
      return arena.verdictOf(await arena.send(files));
    },
    async sendAll(attacks) {
      const sent = new Map<string, Promise<Submission>>();
      for (const [name, { files }] of Object.entries(attacks)) {
        const verdict = arena.verdictOf(await arena.send(aimed(files, canary.port)));
        // Whoever asks for it later is told.
        verdict.catch(() => undefined);
        sent.set(name, verdict);
      }
      return sent;
    },
    async expectUnharmed({ faultsLogged = false } = {}) {
      const honest = await arena.graded(HONEST);
      expect(honest, 'the honest submission').toMatchObject({ verdict: 'passed', score: 100 });
      await expectOneVerdictEach(stack.config.databaseUrl);
      await expectNothingLeft(docker, stack.config.databaseUrl);
      expect(canary.hits(), 'connections to the canary').toBe(0);
      const text = log.join('');
      for (const hidden of [...secrets, ...learners.flatMap(({ token }) => token ?? [])])
        expect(text.includes(hidden), 'a secret in the log').toBe(false);
      // A machine that was too busy for a fair time limit is said to be so, and the run is tried again.
      const errors = log.filter((line) => /"level":(50|60)/.test(line) && !line.includes('"givenUp":false'));
      if (!faultsLogged) expect(errors, 'errors in the log').toEqual([]);
    },
    async [Symbol.asyncDispose]() {
      canary.server.close();
      await stack[Symbol.asyncDispose]();
      await grader[Symbol.asyncDispose]();
    },
  };
  return arena;
}

/** The lab of the loopback, with limits that hostile submissions meet soon. */
export async function labWith(limits: Partial<Limits>): Promise<Scenario> {
  const scenario = (await composeScenarios(SCENARIOS)).get('port-bind');
  if (scenario === undefined) throw new Error('there is no scenario port-bind');
  return { ...scenario, limits: { ...scenario.limits, ...limits } };
}

/** The files with the canary's address written in. */
function aimed(files: Files, port: number): Files {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      text?.replaceAll('CANARY_HOST', '172.17.0.1').replaceAll('CANARY_PORT', String(port)) ?? null,
    ]),
  );
}

/** Every run that was graded has a verdict, and it was recorded once. */
export async function expectOneVerdictEach(databaseUrl: string): Promise<void> {
  const rows = await sql(
    databaseUrl,
    `SELECT r.id, r.state, r.verdict,
       (SELECT count(*)::int FROM outbox o WHERE o.payload->>'runId' = r.id::text) AS told
     FROM run r WHERE r.state NOT IN ('queued', 'cancelled', 'superseded')`,
  );
  const wrong = rows.filter((row) => row['state'] !== 'done' || row['verdict'] === null || row['told'] !== 1);
  expect(wrong, 'runs without exactly one verdict').toEqual([]);
}

/** Nothing of any run is in the engine, once the benches were cleared. */
export async function expectNothingLeft(docker: Docker, databaseUrl: string): Promise<void> {
  const runs = new Set((await sql(databaseUrl, 'SELECT id FROM run')).map((row) => String(row['id'])));
  await expect
    .poll(() => leftOfRuns(docker, runs), { timeout: 60_000, interval: 250, message: 'left in the engine' })
    .toEqual([]);
}

async function leftOfRuns(docker: Docker, runs: ReadonlySet<string>): Promise<readonly string[]> {
  const filters = { label: ['labgrader.run'] };
  const [containers, volumes, networks, images] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listVolumes({ filters }),
    docker.listNetworks({ filters }),
    docker.listImages({ filters: JSON.stringify(filters) }),
  ]);
  return [
    ...containers.map(({ Id, Labels }) => [`container ${Id}`, Labels] as const),
    ...volumes.Volumes.map(({ Name, Labels }) => [`volume ${Name}`, Labels] as const),
    ...networks.map(({ Name, Labels }) => [`network ${Name}`, Labels ?? {}] as const),
    ...images.map(({ Id, Labels }) => [`image ${Id}`, Labels] as const),
  ].flatMap(([what, labels]) => (runs.has(labels['labgrader.run'] ?? '') ? [what] : []));
}

async function openCanary(): Promise<{ server: Server; port: number; hits: () => number }> {
  let hits = 0;
  const server = createServer((socket) => {
    hits += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const address = server.address();
  return {
    server,
    port: typeof address === 'object' && address !== null ? address.port : 0,
    hits: () => hits,
  };
}
