import type { Logger } from 'pino';
import { packEntries } from './adapters/archive/pack-entries.ts';
import { packTarGz } from './adapters/archive/pack-archive.ts';
import { readArchive } from './adapters/archive/read-archive.ts';
import { openGitRemote } from './adapters/git/git-remote.ts';
import { personRepositories } from './adapters/git/person-repositories.ts';
import { openApiMetrics } from './adapters/metrics/api-metrics.ts';
import { openIdInstitution } from './adapters/openid/openid-institution.ts';
import { isDatabaseBusy } from './adapters/postgres/busy.ts';
import { openDatabase } from './adapters/postgres/database.ts';
import { forgeStore } from './adapters/postgres/forge-store.ts';
import { outboxStore } from './adapters/postgres/outbox-store.ts';
import { queueBoard } from './adapters/redis/queue-board.ts';
import { openRunFeed } from './adapters/redis/run-feed.ts';
import { openRunQueue } from './adapters/redis/run-queue.ts';
import type { Institution } from './app/ports/institution.ts';
import type { Clock } from './app/ports/clock.ts';
import { composeForgeReach, composeSecrets, startGitWork } from './compose-git.ts';
import { startPushWork } from './compose-push.ts';
import { startRemovals } from './compose-removals.ts';
import { startHousekeeping } from './compose-housekeeping.ts';
import { readinessOfStores, reasonOf } from './compose-watch.ts';
import { composeTraces } from './compose-traces.ts';
import { composeLti, startLtiWork } from './compose-lti.ts';
import { composeStores, scenarioCatalogue, SYSTEM_CLOCK } from './compose-stores.ts';
import type { Config } from './config.ts';
import type { Scenario } from './core/scenario-bundle.ts';
import { createApp } from './http/create-app.ts';
import { closeServer, listen, urlOf } from './http/listen.ts';
import { BOARD_PATH } from './http/queue-board.ts';
import { type Allowances, DEFAULT_ALLOWANCES } from './http/rate-limit.ts';
import type { Service } from './http/service.ts';

const PUSHES_AT_ONCE = 64;
/** Who pushes is kept watching for so long. */
const WATCH_PUSH_MS = 15 * 60_000;

export interface ApiParts {
  readonly log: Logger;
  readonly scenarios: ReadonlyMap<string, Scenario>;
  /** Folder of the built pages. */
  readonly pages?: string;
  readonly clock?: Clock;
  readonly allowances?: Allowances;
}

export interface RunningApi extends AsyncDisposable {
  /** Address at which it listens, without a slash at its end. */
  readonly url: string;
  readonly service: Service;
}

/** Starts the API and the pages; disposing lets what is being answered end and closes everything. */
export async function startApi(config: Config, parts: ApiParts): Promise<RunningApi> {
  const db = openDatabase({ url: config.databaseUrl, connections: 10 });
  const stores = composeStores(db);
  const traces = await composeTraces(config, 'labgrader-api', db, parts.log);
  const queue = openRunQueue(config.redis);
  const feed = openRunFeed(config.redis);
  const metrics = openApiMetrics(() => stores.workers.counts());
  const remote = await openGitRemote({
    ...config.git,
    atOnce: PUSHES_AT_ONCE,
    onError: (error) => {
      parts.log.error({ err: error }, 'a push could not be dealt with');
    },
  });
  const address = { url: '' };
  const work = { wake: (): void => undefined };
  const service: Service = {
    ...stores,
    traces,
    repositories: personRepositories(config.git.folder),
    institution: composeInstitution(config, parts.log),
    forges: forgeStore(db),
    forgeReach: composeForgeReach(config, () => address.url),
    secrets: composeSecrets(config),
    ...composeLti(config, db),
    webhookCame: () => {
      work.wake();
    },
    queue,
    feed,
    scenarios: scenarioCatalogue(parts.scenarios),
    clock: parts.clock ?? SYSTEM_CLOCK,
    intake: config.intake,
    keeps: config.retention,
    readArchive,
    packArchive: packTarGz,
    packEntries,
    // Known only once it listens, when the port is chosen by the system.
    get publicUrl() {
      return config.http.publicUrl ?? address.url;
    },
  };
  const app = createApp(service, {
    log: parts.log,
    isBusy: isDatabaseBusy,
    allowances: parts.allowances ?? DEFAULT_ALLOWANCES,
    secure: config.http.publicUrl?.startsWith('https:') ?? false,
    trustProxy: config.http.trustProxy,
    watched: {
      readiness: async () => {
        const parts = await readinessOfStores(db, queue);
        // Without Redis submissions are still taken: they are graded once it is back.
        const status = parts.migrations !== 'applied' ? 'down' : parts.redis === 'up' ? 'ok' : 'degraded';
        const reason = reasonOf(parts);
        return { status, ...parts, ...(reason !== null && { reason }) };
      },
      metrics: () => metrics.text(),
      metricsToken: config.watching.metricsToken,
    },
    board: queueBoard(queue.queue, BOARD_PATH),
    git: { remote, repositoryBytes: config.git.repositoryBytes, watchMs: WATCH_PUSH_MS },
    ...(parts.pages !== undefined && { pages: parts.pages }),
  });
  const server = await listen(app, config.http.port, config.http.host);
  // A whole request, upload included, in two minutes; its head in ten seconds.
  server.requestTimeout = 120_000;
  server.headersTimeout = 10_000;
  address.url = urlOf(server, config.http.host);
  const outbox = outboxStore(db);
  const gitWork = startGitWork(service, outbox, parts.log);
  work.wake = gitWork.wake;
  const ltiWork = startLtiWork(service, outbox, parts.log);
  const housekeeping = startHousekeeping(
    config.retention,
    { ...stores, outbox, clock: service.clock },
    parts.log,
  );
  const removals = startRemovals(service, parts.log);
  const pushWork = startPushWork(service, remote, parts.log);
  return {
    url: address.url,
    service,
    async [Symbol.asyncDispose]() {
      await remote[Symbol.asyncDispose]();
      await closeServer(server);
      await gitWork[Symbol.asyncDispose]();
      await ltiWork[Symbol.asyncDispose]();
      await removals[Symbol.asyncDispose]();
      await housekeeping[Symbol.asyncDispose]();
      await pushWork[Symbol.asyncDispose]();
      await queue[Symbol.asyncDispose]();
      await feed[Symbol.asyncDispose]();
      await traces[Symbol.asyncDispose]();
      await db.$disconnect();
    },
  };
}

function composeInstitution(config: Config, log: Logger): Institution | null {
  if (config.openid === null) return null;
  return openIdInstitution({
    ...config.openid,
    onFailure: (what) => {
      log.warn({ issuer: config.openid?.issuer, what }, 'the institution’s sign-in failed');
    },
  });
}
