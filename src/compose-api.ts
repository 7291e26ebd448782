import type { Server } from 'node:http';
import type { Logger } from 'pino';
import { packTarGz } from './adapters/archive/pack-archive.ts';
import { readArchive } from './adapters/archive/read-archive.ts';
import { openGitRemote } from './adapters/git/git-remote.ts';
import { openMetrics } from './adapters/metrics/metrics.ts';
import { openDatabase } from './adapters/postgres/database.ts';
import { forgeStore } from './adapters/postgres/forge-store.ts';
import { outboxStore } from './adapters/postgres/outbox-store.ts';
import { queueBoard } from './adapters/redis/queue-board.ts';
import { openRunFeed } from './adapters/redis/run-feed.ts';
import { openRunQueue } from './adapters/redis/run-queue.ts';
import type { Clock } from './app/ports/clock.ts';
import { composeSecrets, startGitWork } from './compose-git.ts';
import { composeStores, scenarioCatalogue, SYSTEM_CLOCK } from './compose-stores.ts';
import type { Config } from './config.ts';
import type { Scenario } from './core/scenario-bundle.ts';
import { createApp } from './http/create-app.ts';
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
  const queue = openRunQueue(config.redis);
  const feed = openRunFeed(config.redis);
  const metrics = openMetrics(() => stores.workers.counts());
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
    forges: forgeStore(db),
    secrets: composeSecrets(config),
    webhookCame: () => {
      work.wake();
    },
    queue,
    feed,
    scenarios: scenarioCatalogue(parts.scenarios),
    clock: parts.clock ?? SYSTEM_CLOCK,
    intake: config.intake,
    readArchive,
    packArchive: packTarGz,
    databaseIsUp: async () => {
      try {
        await db.$queryRaw`SELECT 1`;
        return true;
      } catch {
        return false;
      }
    },
    // Known only once it listens, when the port is chosen by the system.
    get publicUrl() {
      return config.http.publicUrl ?? address.url;
    },
  };
  const app = createApp(service, {
    log: parts.log,
    allowances: parts.allowances ?? DEFAULT_ALLOWANCES,
    secure: config.http.publicUrl?.startsWith('https:') ?? false,
    trustProxy: config.http.trustProxy,
    metrics: () => metrics.text(),
    board: queueBoard(queue.queue, BOARD_PATH),
    git: { remote, repositoryBytes: config.git.repositoryBytes, watchMs: WATCH_PUSH_MS },
    ...(parts.pages !== undefined && { pages: parts.pages }),
  });
  const server = await new Promise<Server>((resolve, reject) => {
    const listening = app.listen(config.http.port, config.http.host, (error?: Error) => {
      if (error) reject(error);
      else resolve(listening);
    });
  });
  // A whole request, upload included, in two minutes; its head in ten seconds.
  server.requestTimeout = 120_000;
  server.headersTimeout = 10_000;
  address.url = urlOf(server, config.http.host);
  const gitWork = startGitWork(config, service, outboxStore(db), parts.log);
  work.wake = gitWork.wake;
  return {
    url: address.url,
    service,
    async [Symbol.asyncDispose]() {
      await remote[Symbol.asyncDispose]();
      await closeServer(server);
      await gitWork[Symbol.asyncDispose]();
      await queue[Symbol.asyncDispose]();
      await feed[Symbol.asyncDispose]();
      await db.$disconnect();
    },
  };
}

function urlOf(server: Server, host: string): string {
  const bound = server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** Streams of events have no end of their own: after a moment the rest is cut. */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const cut = setTimeout(() => {
    server.closeAllConnections();
  }, 500);
  await closed;
  clearTimeout(cut);
}
