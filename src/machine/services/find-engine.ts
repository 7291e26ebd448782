import { join } from 'node:path';
import { installableDebian } from '../debian.ts';
import { type Service, openService } from '../guarded-service.ts';
import type { MachineOptions } from '../machine-options.ts';
import { findProgram } from '../programs.ts';
import { runToEnd } from '../run-command.ts';
import { SetupProblem } from '../setup-problem.ts';
import { given } from './given.ts';
import { connect, engineAnswers, privateEngine } from './private-engine.ts';
import { installEngine } from './trixie.ts';

const PLATFORM_SOCKET = 'unix:///var/run/docker.sock';
/** Older ones have no BuildKit that gives a trace over the API with what the labs' Dockerfiles use. */
const OLDEST_MAJOR = 23;

/**
 * A Docker engine: that of DOCKER_HOST, that of this machine, or a private one.
 * Throws `SetupProblem` with the ways out when there is none to be had.
 */
export async function findEngine(
  options: MachineOptions,
  say: (detail: string) => void,
  signal: AbortSignal,
): Promise<Service> {
  const host = options.env['DOCKER_HOST'];
  if (host !== undefined && host !== '') {
    if (await engineAnswers(host)) {
      if (await isCurrent(host)) return given(host);
      throw new SetupProblem(
        `The Docker engine at DOCKER_HOST=${host} is older than version ${OLDEST_MAJOR}. Update it, or unset DOCKER_HOST.`,
      );
    }
    throw new SetupProblem(
      `No Docker engine answers at DOCKER_HOST=${host}. Start it, or unset DOCKER_HOST.`,
    );
  }
  const running = await runningEngine(options.path, signal);
  if (running !== null) return given(running);
  return openService(
    privateEngine(await dockerd(options, say, signal), join(options.folder, 'engine')),
    signal,
  );
}

/** The machine's own engine: at the platform's socket, or where the docker command's context leads. */
async function runningEngine(path: string, signal: AbortSignal): Promise<string | null> {
  if ((await engineAnswers(PLATFORM_SOCKET)) && (await isCurrent(PLATFORM_SOCKET))) return PLATFORM_SOCKET;
  const docker = await findProgram(['docker'], path);
  if (docker === null) return null;
  const args = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
  const end = await runToEnd(docker, args, { timeoutMs: 10_000 }, signal);
  const host = end.tail[0] ?? '';
  if (end.exitCode !== 0 || !/^(unix|tcp):\/\//.test(host)) return null;
  return (await engineAnswers(host)) && (await isCurrent(host)) ? host : null;
}

/** Whether a running engine is new enough. */
async function isCurrent(url: string): Promise<boolean> {
  const { Version } = await connect(url).version();
  return Number.parseInt(Version, 10) >= OLDEST_MAJOR;
}

async function dockerd(
  options: MachineOptions,
  say: (detail: string) => void,
  signal: AbortSignal,
): Promise<string> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new SetupProblem(
      'No Docker engine answers here, and starting a private one takes root on Linux. ' +
        'Start Docker (Docker Desktop, or `sudo systemctl start docker`), or set DOCKER_HOST to an engine.',
    );
  }
  const present = await findProgram(['dockerd'], options.path);
  if (present !== null && (await isRecent(present, signal))) return present;
  const debian = await installableDebian();
  if (debian === null) {
    throw new SetupProblem(
      `This machine has no Docker engine of version ${OLDEST_MAJOR} or later, and it isn't a Debian whose packages could be installed. ` +
        'Install one (https://docs.docker.com/engine/install/), or set DOCKER_HOST.',
    );
  }
  await installEngine(debian, say, signal);
  const installed = await findProgram(['dockerd'], options.path);
  if (installed === null)
    throw new SetupProblem('apt installed docker.io, yet there is no dockerd on this machine.');
  return installed;
}

async function isRecent(dockerdPath: string, signal: AbortSignal): Promise<boolean> {
  const { tail } = await runToEnd(dockerdPath, ['--version'], { timeoutMs: 10_000 }, signal);
  const major = /version (\d+)\./.exec(tail.join('\n'))?.[1];
  return major !== undefined && Number(major) >= OLDEST_MAJOR;
}
