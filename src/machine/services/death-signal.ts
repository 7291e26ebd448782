import { findProgram } from '../programs.ts';

/** The command, made to get a signal when the guard that started it is killed; Linux alone can do so. */
export async function withDeathSignal(
  signal: 'TERM' | 'INT' | 'KILL',
  command: readonly string[],
  user?: string,
): Promise<readonly string[]> {
  const setpriv = process.platform === 'linux' ? await findProgram(['setpriv'], '/usr/bin:/bin') : null;
  if (setpriv === null) return command;
  const identity = user === undefined ? [] : [`--reuid=${user}`, `--regid=${user}`, '--init-groups'];
  return [setpriv, ...identity, '--pdeathsig', signal, ...command];
}
