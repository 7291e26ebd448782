import { access, writeFile } from 'node:fs/promises';
import { type Debian, debianSource, installPackages, refreshPackageLists } from '../debian.ts';
import { SetupProblem } from '../setup-problem.ts';

const SOURCE = '/etc/apt/sources.list.d/labgrader-trixie.sources';
const PIN = '/etc/apt/preferences.d/labgrader-trixie';
/** Releases whose own engine is too old: it has neither heredocs nor a current BuildKit. */
const OLD_ENGINE = new Set(['bookworm', 'bullseye']);

/**
 * Installs a current Docker engine from the distribution's packages: on Debian 12 those of Debian 13, which fit.
 * The pin keeps everything else at its release.
 */
export async function installEngine(
  debian: Debian,
  say: (detail: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (debian.distribution !== 'debian' || !OLD_ENGINE.has(debian.codename)) {
    await installPackages(['docker.io', 'iptables', 'iproute2'], say, signal);
    return;
  }
  await addTrixie(say, signal);
  const packages = ['docker.io/trixie', 'docker-cli/trixie', 'containerd/trixie', 'iptables', 'iproute2'];
  await installPackages(packages, say, signal);
}

/** Installs Compose 2, from where the engine comes. */
export async function installCompose(
  debian: Debian,
  say: (detail: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (debian.distribution !== 'debian' || !OLD_ENGINE.has(debian.codename)) {
    await installPackages(
      [debian.distribution === 'ubuntu' ? 'docker-compose-v2' : 'docker-compose'],
      say,
      signal,
    );
    return;
  }
  await addTrixie(say, signal);
  await installPackages(['docker-compose/trixie'], say, signal);
}

async function addTrixie(say: (detail: string) => void, signal: AbortSignal): Promise<void> {
  const source = await debianSource();
  if (source === null) {
    throw new SetupProblem(
      'This machine has no Debian archive among its apt sources, so no Docker engine can be installed. ' +
        'Set DOCKER_HOST to an engine, or install one (https://docs.docker.com/engine/install/).',
    );
  }
  await writeIfAbsent(PIN, 'Package: *\nPin: release n=trixie\nPin-Priority: 100\n');
  const signedBy = source.signedBy === null ? '' : `Signed-By: ${source.signedBy}\n`;
  await writeIfAbsent(
    SOURCE,
    `Types: deb\nURIs: ${source.uri}\nSuites: trixie\nComponents: main\n${signedBy}`,
  );
  await refreshPackageLists(say, signal);
}

async function writeIfAbsent(path: string, content: string): Promise<void> {
  try {
    await access(path);
  } catch {
    await writeFile(path, content, { mode: 0o644 });
  }
}
