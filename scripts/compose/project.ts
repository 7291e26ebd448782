import { spawn } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import { runToEnd } from '../../src/machine/run-command.ts';
import { PROJECT } from '../steps/project.ts';

/** The project's own docker-compose.yml, under a name and with settings of this run. */
export interface ComposeProject {
  readonly name: string;
  /** Runs a command of the real Compose. @throws Error with the last lines that it printed. */
  run(args: readonly string[], limitSeconds: number): Promise<readonly string[]>;
  /** Takes everything down at once, also when the test was broken off. */
  remove(): Promise<void>;
  /** Gives a stream to a command in a running service. */
  feed(
    service: string,
    command: readonly string[],
    input: NodeJS.ReadableStream,
    limitSeconds: number,
  ): Promise<void>;
  /** Containers of a service that run, without those of one command. */
  containersOf(service: string): Promise<readonly Docker.ContainerInfo[]>;
  /** Ids of all containers of the project, ended ones too. */
  allContainers(): Promise<readonly string[]>;
}

export interface ComposeSettings {
  readonly program: string;
  readonly engine: string;
  readonly variables: Readonly<Record<string, string>>;
}

export function composeProject(
  docker: Docker,
  settings: ComposeSettings,
  signal: AbortSignal,
): ComposeProject {
  const name = `labgrader-compose-${process.pid}`;
  const base = [
    '--project-name',
    name,
    '--project-directory',
    PROJECT,
    '--file',
    `${PROJECT}/docker-compose.yml`,
  ];
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    DOCKER_HOST: settings.engine,
    BUILDKIT_PROGRESS: 'plain',
    COMPOSE_PROGRESS: 'plain',
    ...settings.variables,
  };
  const label = `com.docker.compose.project=${name}`;
  const runUntil = async (
    args: readonly string[],
    limitSeconds: number,
    until: AbortSignal,
  ): Promise<readonly string[]> => {
    const lines: string[] = [];
    const options = {
      timeoutMs: limitSeconds * 1000,
      cwd: PROJECT,
      env,
      onLine: (line: string) => {
        if (lines.push(line) > 2_000) lines.shift();
      },
    };
    const end = await runToEnd(settings.program, [...base, ...args], options, until);
    if (end.exitCode === 0) return lines;
    const how = end.timedOut ? `did not end within ${limitSeconds} s` : `exit code ${end.exitCode ?? '?'}`;
    throw new Error(`compose ${args.join(' ')}: ${how}\n${lines.slice(-25).join('\n')}`);
  };
  return {
    name,
    run: (args, limitSeconds) => runUntil(args, limitSeconds, signal),
    async remove() {
      const down = ['down', '--volumes', '--remove-orphans', '--timeout', '1'];
      await runUntil(down, 300, AbortSignal.timeout(310_000));
    },
    async feed(service, command, input, limitSeconds) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(limitSeconds * 1000)]);
      const args = [...base, 'exec', '-T', service, ...command];
      const child = spawn(settings.program, args, { env, stdio: ['pipe', 'ignore', 'pipe'], signal: limit });
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-2_000);
      });
      const ended = new Promise<number | null>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', resolve);
      });
      await Promise.all([pipeline(input, child.stdin), ended]);
      if ((await ended) !== 0) throw new Error(`compose exec ${service}: ${said}`);
    },
    containersOf: (service) => {
      const own = [`com.docker.compose.service=${service}`, 'com.docker.compose.oneoff=False'];
      return docker.listContainers({ filters: { label: [label, ...own] } });
    },
    async allContainers() {
      const containers = await docker.listContainers({ all: true, filters: { label: [label] } });
      return containers.map(({ Id }) => Id);
    },
  };
}
