import { randomBytes } from 'node:crypto';
import { type Logger, pino } from 'pino';
import { openDatabase } from '../../../src/adapters/postgres/database.ts';
import type { Clock } from '../../../src/app/ports/clock.ts';
import { hashOfSecret, newSecret } from '../../../src/app/secret-token.ts';
import { type RunningApi, startApi } from '../../../src/compose-api.ts';
import { composeStores } from '../../../src/compose-stores.ts';
import { type RunningWorker, type WorkerParts, startWorker } from '../../../src/compose-worker.ts';
import { type Config, loadConfig } from '../../../src/config.ts';
import { type CourseRole, type Scope, ALL_SCOPES } from '../../../src/core/role.ts';
import type { Scenario } from '../../../src/core/scenario-bundle.ts';
import { Client } from './client.ts';
import { redisUrl, testDatabase } from './database.ts';
import { FakeGrader } from './fake-grader.ts';
import { fakeScenario } from './fake-scenario.ts';

export const COURSE = 'docker-101';
export const ASSIGNMENT = 'port-bind';

/** The whole service over a real Postgres and Redis, with a fake grader in its workers. */
export interface Stack extends AsyncDisposable {
  readonly config: Config;
  readonly api: RunningApi;
  readonly grader: FakeGrader;
  readonly clock: TestClock;
  /** Starts a worker; the stack ends it. */
  worker(parts?: Partial<WorkerParts>): Promise<RunningWorker>;
  /** A person of the course, with a token of all scopes. */
  person(name: string, role: CourseRole | 'admin' | 'outsider', scopes?: readonly Scope[]): Promise<Client>;
}

/** Server time that a test can set; it stands still only when told to. */
export class TestClock implements Clock {
  #offsetMs = 0;
  now(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }
  set(instant: string): void {
    this.#offsetMs = new Date(instant).getTime() - Date.now();
  }
  forward(ms: number): void {
    this.#offsetMs += ms;
  }
}

export interface StackOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly allowances?: Partial<Record<'reading' | 'changing' | 'submitting' | 'signing-in', number>>;
  /** The lab that stands for `port-bind`; a fake one where it is absent. */
  readonly scenario?: Scenario;
  readonly log?: Logger;
  /** `host:port` of what stands before the database, where something does. */
  readonly databaseAt?: string;
}

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const database = await testDatabase();
  const config = loadConfig({
    DATABASE_URL: urlAt(database.url, options.databaseAt),
    REDIS_URL: redisUrl(),
    REDIS_PREFIX: `test-${randomBytes(5).toString('hex')}`,
    PORT: '0',
    LOG_LEVEL: 'silent',
    DRAIN_SECONDS: '0',
    LEASE_SECONDS: '2',
    ...options.environment,
  });
  const log = options.log ?? pino({ level: config.logLevel });
  const scenarios = new Map([['port-bind', options.scenario ?? fakeScenario()]]);
  const clock = new TestClock();
  const many = { reading: 1e6, changing: 1e6, submitting: 1e6, 'signing-in': 1e6, ...options.allowances };
  const api = await startApi(config, { log, scenarios, clock, allowances: many });
  const db = openDatabase({ url: database.url, connections: 2 });
  const stores = composeStores(db);
  const grader = new FakeGrader();
  const workers: RunningWorker[] = [];
  await seed(stores, clock);

  return {
    config,
    api,
    grader,
    clock,
    async worker(parts = {}) {
      const worker = await startWorker(config, {
        log,
        scenarios,
        clock,
        grade: grader.grade,
        tickMs: 200,
        ...parts,
      });
      workers.push(worker);
      return worker;
    },
    async person(name, role, scopes = ALL_SCOPES) {
      const email = `${name}@example.edu`;
      const person = await stores.people.ensure({ name, email, admin: role === 'admin' });
      const audit = { actorId: null, courseId: COURSE, act: 'test', subject: email, detail: {} };
      if (role !== 'admin' && role !== 'outsider') {
        await stores.courses.enrol(COURSE, [{ name, email, role }], audit, clock.now());
      }
      const secret = newSecret('api');
      const expiresAt = new Date(clock.now().getTime() + 3_600_000_000);
      const token = {
        hash: hashOfSecret(secret),
        kind: 'api',
        personId: person.id,
        label: 'test',
        scopes,
        expiresAt,
      } as const;
      await stores.people.addToken(token, null, clock.now());
      return new Client(api.url, secret, person.id);
    },
    async [Symbol.asyncDispose]() {
      grader.release();
      await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()));
      await db.$disconnect();
      await api[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

function urlAt(url: string, address: string | undefined): string {
  const at = new URL(url);
  if (address !== undefined) at.host = address;
  return at.toString();
}

async function seed(stores: ReturnType<typeof composeStores>, clock: Clock): Promise<void> {
  const audit = { actorId: null, courseId: COURSE, act: 'seed', subject: COURSE, detail: {} };
  await stores.courses.create({ id: COURSE, title: 'Docker', timeZone: 'Europe/Zurich' }, audit, clock.now());
  await stores.assignments.create(
    COURSE,
    {
      slug: ASSIGNMENT,
      title: 'Nobody answers',
      scenario: 'port-bind',
      position: 1,
      weight: 1,
      published: true,
      rules: {
        opensAt: null,
        dueAt: null,
        closesAt: null,
        attemptLimit: null,
        coolDownSeconds: 0,
        latePolicy: { kind: 'none' },
        counting: 'best',
        feedback: 'full',
      },
    },
    audit,
    clock.now(),
  );
}
