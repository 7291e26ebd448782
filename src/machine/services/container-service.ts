import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { lastWord } from '../base-images/engine-answer.ts';
import { holds } from '../base-images/load-base-images.ts';
import type { Service } from '../guarded-service.ts';
import { SetupProblem } from '../setup-problem.ts';
import { connect } from './private-engine.ts';

const PULL_TIMEOUT_MS = 5 * 60_000;
const READY_TIMEOUT_MS = 60_000;

export interface ContainerService {
  readonly name: string;
  /** The variable that gives an address instead. */
  readonly variable: string;
  readonly image: string;
  readonly port: number;
  readonly environment: readonly string[];
  /** Where the image keeps its data; on a volume of this project. */
  readonly data: string;
  /** Distinguishes this project's instances from another's. */
  readonly folder: string;
  urlAt(port: number): string;
  answers(url: string): Promise<boolean>;
}

/** Runs a service from its official image on a port of the loopback interface, and removes it when let go. */
export async function openContainerService(
  engineUrl: string,
  service: ContainerService,
  say: (detail: string) => void,
  signal: AbortSignal,
): Promise<Service> {
  const docker = connect(engineUrl);
  await ensureImage(docker, service, say, signal);
  const name = `labgrader-${service.name.toLowerCase()}-${createHash('sha256').update(service.folder).digest('hex').slice(0, 8)}`;
  // What a killed command left under this name would be in the way.
  await docker
    .getContainer(name)
    .remove({ force: true })
    .catch(() => undefined);
  const port = `${service.port}/tcp`;
  const container = await docker.createContainer({
    name,
    Image: service.image,
    Env: [...service.environment],
    Labels: { 'labgrader.setup': 'service' },
    ExposedPorts: { [port]: {} },
    HostConfig: {
      PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] },
      Mounts: [{ Type: 'volume', Source: name, Target: service.data }],
    },
  });
  const remove = async (): Promise<void> => {
    await container.stop({ t: 5 }).catch(() => undefined);
    await container.remove({ force: true }).catch(() => undefined);
  };
  try {
    await container.start();
    const { NetworkSettings } = await container.inspect();
    const published = NetworkSettings.Ports[port]?.[0]?.HostPort;
    const url = service.urlAt(Number(published));
    await waitUntilReady(service, url, signal);
    return { url, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function ensureImage(
  docker: Docker,
  service: ContainerService,
  say: (detail: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (await holds(docker, service.image, signal)) return;
  say(`pulls ${service.image}`);
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(PULL_TIMEOUT_MS)]);
  try {
    await lastWord(docker, await docker.pull(service.image, { abortSignal: deadline }), deadline);
  } catch (error) {
    signal.throwIfAborted();
    throw new SetupProblem(
      `There is no ${service.name} on this machine, and its image ${service.image} can't be pulled. ` +
        `Install ${service.name}, set ${service.variable}, or run as root on Debian so that it can be installed.`,
      { cause: error },
    );
  }
}

async function waitUntilReady(service: ContainerService, url: string, signal: AbortSignal): Promise<void> {
  const until = Date.now() + READY_TIMEOUT_MS;
  while (!(await service.answers(url))) {
    if (Date.now() > until)
      throw new SetupProblem(`${service.name} from ${service.image} did not answer within 60 s.`);
    await sleep(200, undefined, { signal });
  }
}
