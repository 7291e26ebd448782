import { installableDebian, installPackages } from '../debian.ts';
import type { MachineOptions } from '../machine-options.ts';
import { findProgram } from '../programs.ts';

/**
 * Path of an OpenSSH server: that of SSHD, one on this machine, or the distribution's package, with the client. Null
 * where there is none: only tests need one, and they say so themselves. It is not started.
 */
export async function findSshServer(
  options: MachineOptions,
  say: (detail: string) => void,
  signal: AbortSignal,
): Promise<string | null> {
  const given = options.env['SSHD'];
  if (given !== undefined && given !== '') return given;
  const present = await findBoth(options);
  if (present !== null) return present;
  if ((await installableDebian()) !== null) {
    await installPackages(['openssh-client', 'openssh-server'], say, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      say(`could not be installed: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
  return findBoth(options);
}

async function findBoth(options: MachineOptions): Promise<string | null> {
  const client = await findProgram(['ssh'], options.path);
  const keygen = await findProgram(['ssh-keygen'], options.path);
  return client === null || keygen === null ? null : findProgram(['sshd'], options.path);
}
