import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type Docker from 'dockerode';
import type { FileSet } from '../../../src/core/file-set.ts';
import { runToEnd } from '../../../src/machine/run-command.ts';
import { seenContainer, type SeenContainer } from './seen-container.ts';

/** What the real Compose made of a service. */
export interface ComposedService {
  readonly seen: SeenContainer;
  /** `service:condition`, as Compose keeps them in a label. */
  readonly dependsOn: readonly string[];
  readonly container: Docker.Container;
}

/** A project that the real Compose has created; everything of it goes on disposal. */
export interface ComposedProject extends AsyncDisposable {
  readonly services: ReadonlyMap<string, ComposedService>;
}

let projects = 0;

/** Runs the real `docker compose create` (or `up`, to have them started) over the files. */
export async function composeFor(
  docker: Docker,
  files: FileSet,
  how: 'create' | 'up',
  signal: AbortSignal,
): Promise<ComposedProject> {
  const program = composeProgram();
  projects++;
  const project = `labgrader-differential-${process.pid}-${projects}`;
  const folder = await mkdtemp(join(tmpdir(), 'differential-'));
  const compose = async (...words: string[]): Promise<void> => {
    const args = ['--project-name', project, '--project-directory', folder, ...words];
    // Nothing of this process's environment may get into a file by interpolation.
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      DOCKER_HOST: process.env['DOCKER_HOST'],
      BUILDKIT_PROGRESS: 'plain',
    };
    const end = await runToEnd(program, args, { timeoutMs: 120_000, cwd: folder, env }, signal);
    if (end.exitCode !== 0) throw new Error(`compose ${words.join(' ')}:\n${end.tail.join('\n')}`);
  };
  const dispose = async (): Promise<void> => {
    await compose('down', '--volumes', '--remove-orphans', '--rmi', 'local', '--timeout', '0');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await writeFiles(folder, files);
    await compose(...(how === 'up' ? ['up', '--detach', '--quiet-pull'] : ['create']));
    return { services: await servicesOf(docker, project), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose().catch(() => undefined);
    throw error;
  }
}

function composeProgram(): string {
  const program = process.env['COMPOSE'];
  if (program !== undefined) return program;
  throw new Error(
    'COMPOSE is not set: this test compares our plan with the real Compose. `npm test` finds one on the machine or ' +
      'installs the package docker-compose of Debian 13; else install Compose 2 and set COMPOSE to the path of its binary ' +
      '(for example /usr/libexec/docker/cli-plugins/docker-compose).',
  );
}

async function writeFiles(folder: string, files: FileSet): Promise<void> {
  for (const [path, { bytes }] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

async function servicesOf(docker: Docker, project: string): Promise<ReadonlyMap<string, ComposedService>> {
  const filters = { label: [`com.docker.compose.project=${project}`] };
  const listed = await docker.listContainers({ all: true, filters });
  const services = new Map<string, ComposedService>();
  for (const { Id, Labels } of listed) {
    const container = docker.getContainer(Id);
    const seen = await seenContainer(container, (name) => name.replace(`${project}_`, ''));
    const dependsOn = (Labels['com.docker.compose.depends_on'] ?? '')
      .split(',')
      .filter(Boolean)
      .map((text) => text.split(':').slice(0, 2).join(':'))
      .sort();
    services.set(Labels['com.docker.compose.service'] ?? '', { seen, dependsOn, container });
  }
  return services;
}
