import { access } from 'node:fs/promises';
import { installPackages, installableDebian } from '../debian.ts';
import type { MachineOptions } from '../machine-options.ts';
import { findProgram } from '../programs.ts';
import { SetupProblem } from '../setup-problem.ts';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ON_MACOS = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** Path of a Chromium: that of CHROMIUM, one on this machine, or the distribution's package. */
export async function findBrowser(
  options: MachineOptions,
  say: (detail: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const given = options.env['CHROMIUM'];
  if (given !== undefined && given !== '') return given;
  const present = (await findProgram(PROGRAMS, options.path)) ?? (await ifPresent(ON_MACOS));
  if (present !== null) return present;
  if ((await installableDebian()) !== null) {
    await installPackages(['chromium'], say, signal);
    const installed = await findProgram(PROGRAMS, options.path);
    if (installed !== null) return installed;
  }
  throw new SetupProblem(
    'The tests of the pages need a Chromium or Chrome. Install one, or set CHROMIUM to its path.',
  );
}

async function ifPresent(path: string): Promise<string | null> {
  return access(path).then(
    () => path,
    () => null,
  );
}
