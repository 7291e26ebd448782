import { join } from 'node:path';
import { type Service, openService } from '../guarded-service.ts';
import type { MachineOptions } from '../machine-options.ts';
import { findPostgres as findPrograms } from '../programs.ts';
import { runCommand } from '../run-command.ts';
import { SetupProblem } from '../setup-problem.ts';
import { openContainerService } from './container-service.ts';
import { findOrInstall } from './find-or-install.ts';
import { given } from './given.ts';
import { type PostgresOptions, postgresAnswers, privatePostgres } from './private-postgres.ts';

/** A PostgreSQL: that of DATABASE_URL, or a private one from programs, a package, or the official image on `engine`. */
export async function findPostgres(
  options: MachineOptions,
  engine: Promise<Service>,
  say: (detail: string) => void,
  signal: AbortSignal,
): Promise<Service> {
  const url = options.env['DATABASE_URL'];
  if (url !== undefined && url !== '') {
    if (await postgresAnswers(url)) return given(url);
    throw new SetupProblem(
      `No PostgreSQL answers at DATABASE_URL (${withoutPassword(url)}). Start it, or unset DATABASE_URL.`,
    );
  }
  const programs = await findOrInstall(() => findPrograms(options.path), 'postgresql', say, signal);
  if (programs !== null) {
    const user = await serverUser(signal);
    const folder = join(options.folder, 'postgres');
    return openService(
      privatePostgres({ programs, folder, durable: options.purpose === 'serve', user }),
      signal,
    );
  }
  return openContainerService(
    (await engine).url,
    {
      name: 'PostgreSQL',
      variable: 'DATABASE_URL',
      image: 'postgres:17-alpine',
      port: 5432,
      environment: ['POSTGRES_USER=labgrader', 'POSTGRES_PASSWORD=labgrader', 'POSTGRES_DB=labgrader'],
      data: '/var/lib/postgresql/data',
      folder: options.folder,
      urlAt: (port) => `postgresql://labgrader:labgrader@127.0.0.1:${port}/labgrader`,
      answers: postgresAnswers,
    },
    say,
    signal,
  );
}

/** Root must not run the server: the package's own user does. */
async function serverUser(signal: AbortSignal): Promise<PostgresOptions['user']> {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    try {
      const uid = Number(await runCommand('id', ['-u', name], { timeoutMs: 5000 }, signal));
      const gid = Number(await runCommand('id', ['-g', name], { timeoutMs: 5000 }, signal));
      return { name, uid, gid };
    } catch (error) {
      if (!(error instanceof SetupProblem)) throw error;
    }
  }
  throw new SetupProblem(
    'PostgreSQL refuses to run as root, and this machine has no user `postgres` or `nobody`.',
  );
}

function withoutPassword(url: string): string {
  const address = new URL(url);
  address.password = '';
  return address.href;
}
