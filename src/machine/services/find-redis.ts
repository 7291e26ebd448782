import { join } from 'node:path';
import { type Service, openService } from '../guarded-service.ts';
import type { MachineOptions } from '../machine-options.ts';
import { findProgram } from '../programs.ts';
import { SetupProblem } from '../setup-problem.ts';
import { openContainerService } from './container-service.ts';
import { findOrInstall } from './find-or-install.ts';
import { given } from './given.ts';
import { privateRedis, redisAnswers } from './private-redis.ts';

const PROGRAMS = ['redis-server', 'valkey-server'];

/** A Redis: that of REDIS_URL, or a private one from a program, a package, or the official image on `engine`. */
export async function findRedis(
  options: MachineOptions,
  engine: Promise<Service>,
  say: (detail: string) => void,
  signal: AbortSignal,
): Promise<Service> {
  const url = options.env['REDIS_URL'];
  if (url !== undefined && url !== '') {
    if (await redisAnswers(url)) return given(url);
    throw new SetupProblem(`No Redis answers at REDIS_URL=${url}. Start it, or unset REDIS_URL.`);
  }
  const program = await findOrInstall(() => findProgram(PROGRAMS, options.path), 'redis-server', say, signal);
  if (program !== null) {
    return openService(
      privateRedis(program, join(options.folder, 'redis'), options.purpose === 'serve'),
      signal,
    );
  }
  return openContainerService(
    (await engine).url,
    {
      name: 'Redis',
      variable: 'REDIS_URL',
      image: 'redis:7-alpine',
      port: 6379,
      environment: [],
      data: '/data',
      folder: options.folder,
      urlAt: (port) => `redis://127.0.0.1:${port}`,
      answers: redisAnswers,
    },
    say,
    signal,
  );
}
