import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { installableDebian } from '../debian.ts';
import type { MachineOptions } from '../machine-options.ts';
import { findProgram } from '../programs.ts';
import { runToEnd } from '../run-command.ts';
import { installCompose } from './trixie.ts';

/** Where the docker command looks for its plugins, of which Compose is one; it also runs by itself. */
const PLUGIN_FOLDERS = [
  join(homedir(), '.docker/cli-plugins'),
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
  '/Applications/Docker.app/Contents/Resources/cli-plugins',
];

/**
 * Path of a Compose 2 or later: that of COMPOSE, one on this machine, or the distribution's package. Null where there
 * is none: only tests that compare with it need one, and they say so themselves.
 */
export async function findCompose(
  options: MachineOptions,
  say: (detail: string) => void,
  signal: AbortSignal,
): Promise<string | null> {
  const given = options.env['COMPOSE'];
  if (given !== undefined && given !== '') return given;
  const present = await findRecent(options, signal);
  if (present !== null) return present;
  const debian = await installableDebian();
  if (debian !== null) {
    await installCompose(debian, say, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      say(`could not be installed: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
  return findRecent(options, signal);
}

/** Compose 1 has the same name and is another program. */
async function findRecent(options: MachineOptions, signal: AbortSignal): Promise<string | null> {
  const path = [...PLUGIN_FOLDERS, options.path].join(delimiter);
  const program = await findProgram(['docker-compose'], path);
  if (program === null) return null;
  const { exitCode, tail } = await runToEnd(program, ['version', '--short'], { timeoutMs: 10_000 }, signal);
  return exitCode === 0 && /^v?([2-9]|\d{2,})\./.test(tail[0] ?? '') ? program : null;
}
