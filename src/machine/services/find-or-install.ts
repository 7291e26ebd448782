import { installableDebian, installPackages } from '../debian.ts';

/**
 * What `find` finds, or finds once a package was installed; null where there is nothing and nothing can be installed.
 * @throws SetupProblem when apt fails
 */
export async function findOrInstall(
  find: () => Promise<string | null>,
  packageName: string,
  say: (detail: string) => void,
  signal: AbortSignal,
): Promise<string | null> {
  const present = await find();
  if (present !== null || (await installableDebian()) === null) return present;
  await installPackages([packageName], say, signal);
  return find();
}
