import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { build } from 'vite';
import { openDatabase } from '../../../src/adapters/postgres/database.ts';
import { hashOfSecret, newSecret } from '../../../src/app/secret-token.ts';
import { startApi } from '../../../src/compose-api.ts';
import { composeGrader, composeScenarios } from '../../../src/compose-grader.ts';
import { composeStores } from '../../../src/compose-stores.ts';
import { startWorker } from '../../../src/compose-worker.ts';
import { type Config, loadConfig } from '../../../src/config.ts';
import { type CourseRole, ALL_SCOPES } from '../../../src/core/role.ts';
import type { Scenario } from '../../../src/core/scenario-bundle.ts';
import { redisUrl, testDatabase } from '../../integration/support/database.ts';

export const COURSE = 'docker-101';
export const ASSIGNMENT = 'port-bind';

/** The whole service as it is run: real Postgres, Redis and engine, the built pages, one worker that really grades. */
export interface RealStack extends AsyncDisposable {
  readonly url: string;
  readonly scenario: Scenario;
  /** Enrols a person, or makes an admin, who is in no course; the token signs them in. */
  person(name: string, role: CourseRole | 'admin'): Promise<{ readonly id: string; readonly token: string }>;
}

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

/** `grades`: with a worker over the engine of DOCKER_HOST; without one, submissions wait for ever. */
export async function startRealStack(options: {
  readonly grades: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}): Promise<RealStack> {
  await build({ configFile: `${PROJECT}/vite.config.ts`, logLevel: 'warn' });
  const pages = `${PROJECT}/dist/web`;
  if (!existsSync(`${pages}/index.html`)) throw new Error('the pages were not built');
  const scenarios = await composeScenarios(`${PROJECT}/scenarios`);
  const scenario = scenarios.get(ASSIGNMENT);
  if (scenario === undefined) throw new Error(`there is no scenario ${ASSIGNMENT}`);
  const database = await testDatabase();
  const config = loadConfig({
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl(),
    REDIS_PREFIX: `e2e-${randomBytes(5).toString('hex')}`,
    PORT: '0',
    LOG_LEVEL: 'silent',
    DRAIN_SECONDS: '0',
    ...options.environment,
  });
  const log = pino({ level: config.logLevel });
  const many = { reading: 1e6, changing: 1e6, submitting: 1e6, 'signing-in': 1e6 };
  const api = await startApi(config, { log, scenarios, pages, allowances: many });
  const worker = options.grades ? await startRealWorker(config, scenarios) : null;
  const db = openDatabase({ url: database.url, connections: 2 });
  const stores = composeStores(db);
  await seed(stores);

  return {
    url: api.url,
    scenario,
    async person(name, role) {
      const email = `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}@example.edu`;
      const person = await stores.people.ensure({ name, email, admin: role === 'admin' });
      const audit = { actorId: null, courseId: COURSE, act: 'test', subject: email, detail: {} };
      if (role !== 'admin') await stores.courses.enrol(COURSE, [{ name, email, role }], audit, new Date());
      const token = newSecret('api');
      const expiresAt = new Date(Date.now() + 3_600_000);
      await stores.people.addToken(
        {
          hash: hashOfSecret(token),
          kind: 'api',
          personId: person.id,
          label: 'e2e',
          scopes: ALL_SCOPES,
          expiresAt,
        },
        null,
        new Date(),
      );
      return { id: person.id, token };
    },
    async [Symbol.asyncDispose]() {
      await worker?.[Symbol.asyncDispose]();
      await db.$disconnect();
      await api[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

async function startRealWorker(
  config: Config,
  scenarios: ReadonlyMap<string, Scenario>,
): Promise<AsyncDisposable> {
  const engineHost = process.env['DOCKER_HOST'];
  const grader = await composeGrader({
    ...(engineHost !== undefined && { engineHost }),
    slots: 1,
    builds: { memoryMiB: config.engine.buildMemoryMiB, processes: config.engine.buildProcesses },
    buildCacheGiB: config.engine.buildCacheGiB,
  });
  const log = pino({ level: config.logLevel });
  const worker = await startWorker(config, { log, scenarios, grade: grader.grade, tickMs: 500 });
  return {
    async [Symbol.asyncDispose]() {
      await worker[Symbol.asyncDispose]();
      await grader[Symbol.asyncDispose]();
    },
  };
}

async function seed(stores: ReturnType<typeof composeStores>): Promise<void> {
  const now = new Date();
  const audit = { actorId: null, courseId: COURSE, act: 'seed', subject: COURSE, detail: {} };
  const zone = 'Europe/Zurich';
  await stores.courses.create({ id: COURSE, title: 'Docker from the inside', timeZone: zone }, audit, now);
  await stores.assignments.create(
    COURSE,
    {
      slug: ASSIGNMENT,
      title: 'The port is published and nobody answers',
      scenario: ASSIGNMENT,
      position: 1,
      weight: 1,
      published: true,
      rules: {
        opensAt: null,
        dueAt: new Date(now.getTime() + 3 * 86_400_000),
        closesAt: null,
        attemptLimit: 10,
        coolDownSeconds: 0,
        latePolicy: { kind: 'percent-per-day', percent: 10, graceMinutes: 15, maxPercent: 50 },
        counting: 'best',
        feedback: 'full',
      },
    },
    audit,
    now,
  );
}
