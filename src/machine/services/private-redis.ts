import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { ServiceRecipe } from '../guarded-service.ts';
import { freePort } from '../programs.ts';
import { withDeathSignal } from './death-signal.ts';

/** A Redis of our own below `folder`, on a free port of the loopback interface. `durable` keeps data over restarts. */
export function privateRedis(program: string, folder: string, durable: boolean): ServiceRecipe {
  return {
    name: 'Redis',
    folder,
    stop: 'TERM',
    graceSeconds: 5,
    readyTimeoutMs: 20_000,
    async prepare() {
      const data = join(folder, 'data');
      await mkdir(data, { recursive: true });
      const port = await freePort();
      const options = ['--bind', '127.0.0.1', '--port', String(port), '--dir', data, '--save', ''];
      const command = [program, ...options, '--appendonly', durable ? 'yes' : 'no'];
      return { command: await withDeathSignal('TERM', command), url: `redis://127.0.0.1:${port}` };
    },
    answers: redisAnswers,
  };
}

/** Whether a Redis answers PING within two seconds. */
export async function redisAnswers(url: string): Promise<boolean> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2000,
    commandTimeout: 2000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // Without a listener an error that nobody waits for would end the process.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
    return true;
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}
