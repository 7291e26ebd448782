import { Redis } from 'ioredis';

/** What everything of one installation in Redis begins with, so that several can share a server. */
export interface RedisOptions {
  readonly url: string;
  readonly prefix: string;
}

/** For commands that must answer or fail at once: nothing is kept back while Redis is away. */
export function openRedis(options: RedisOptions): Redis {
  const redis = new Redis(options.url, {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    commandTimeout: 2_000,
    connectTimeout: 2_000,
    retryStrategy: (tries) => Math.min(2_000, 100 * tries),
    lazyConnect: true,
  });
  // Without a listener a lost connection ends the process; that it is lost is told by the commands that fail.
  redis.on('error', () => undefined);
  redis.connect().catch(() => undefined);
  return redis;
}

/** For connections that wait on Redis for as long as it takes: workers and subscribers. */
export function openPatientRedis(options: RedisOptions): Redis {
  const redis = new Redis(options.url, {
    maxRetriesPerRequest: null,
    connectTimeout: 2_000,
    retryStrategy: (tries) => Math.min(2_000, 100 * tries),
  });
  redis.on('error', () => undefined);
  return redis;
}
