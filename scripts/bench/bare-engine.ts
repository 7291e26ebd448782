import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { Prober } from '../../src/adapters/docker/agents/prober.ts';
import { startAgent } from '../../src/adapters/docker/agents/start-agent.ts';
import { contextTar, withDockerfile } from '../../src/adapters/docker/build/context-tar.ts';
import { createSealedNetwork } from '../../src/adapters/docker/sealed-network.ts';
import type { FileSet } from '../../src/core/file-set.ts';
import type { BuildPlan } from '../../src/core/plan.ts';
import type { BareWatching } from './bare-watching.ts';

/** On what is built to compare with, so that it can be told from learners' images. */
export const BARE_LABEL = 'labgrader-bench.bare';

/** Removes all that was built to compare with, also what has lost its tag to a later build. */
export async function removeBareImages(docker: Docker): Promise<void> {
  await docker.pruneImages({ filters: { label: [BARE_LABEL], dangling: ['false'] } });
}

/** The Engine calls that anybody needs for a build, with nothing looked at. */
export async function bareBuild(docker: Docker, tag: string, plan: BuildPlan, files: FileSet): Promise<void> {
  const context = withDockerfile(files, plan.dockerfilePath, plan.dockerfile);
  const stream = await docker.buildImage(contextTar(context.files), {
    version: '2',
    t: tag,
    dockerfile: context.dockerfile,
    networkmode: 'none',
    labels: { [BARE_LABEL]: 'true' },
    ...(plan.target !== undefined && { target: plan.target }),
    buildargs: { ...plan.args },
  });
  await new Promise<void>((resolve, reject) => {
    stream
      .on('data', () => undefined)
      .on('end', resolve)
      .on('error', reject);
  });
}

/** The Engine calls that anybody needs to look into an image: what it is, what made it, and all that is in it. */
export async function bareLook(docker: Docker, tag: string): Promise<void> {
  const image = docker.getImage(tag);
  const [archive] = await Promise.all([image.get(), image.inspect(), image.history()]);
  archive.resume();
  await finished(archive);
}

/** A sealed network of the bench's own, with a prober to ask the bare containers: the engine may be in no network of ours. */
export interface BareNetwork extends AsyncDisposable {
  readonly name: string;
  readonly prober: Prober;
}

/** @throws GraderFault when the engine can't give one. */
export async function openBareNetwork(docker: Docker, agentImage: string): Promise<BareNetwork> {
  const network = await createSealedNetwork(docker, 'bare');
  const agent = await startAgent(docker, {
    name: 'prober',
    image: agentImage,
    arguments: [JSON.stringify({ gateway: network.gateway, prefix: network.prefix })],
    pool: 'bare',
    bench: 'bare',
    host: { NetworkMode: network.name, CapAdd: ['NET_ADMIN'] },
    networking: {
      EndpointsConfig: { [network.name]: { IPAMConfig: { IPv4Address: network.proberAddress } } },
    },
  });
  return {
    name: network.name,
    prober: new Prober(agent.connection),
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]();
      await network[Symbol.asyncDispose]();
    },
  };
}

/** Create, start, wait for the first answer, leave it running for a while, see what `watching` is for, remove. */
export async function bareContainer(
  docker: Docker,
  tag: string,
  network: BareNetwork,
  port: number,
  runMs = 0,
  watching?: BareWatching,
): Promise<void> {
  const HostConfig = { NetworkMode: network.name, Dns: ['8.8.8.8'] };
  const container = await docker.createContainer({ ...watching?.options, Image: tag, HostConfig });
  try {
    await container.start();
    const answers = async (): Promise<void> => {
      const { NetworkSettings } = await container.inspect();
      await firstAnswer(network.prober, NetworkSettings.Networks[network.name]?.IPAddress ?? '', port);
    };
    await answers();
    await sleep(runMs);
    await watching?.watch(container, answers);
  } finally {
    await container.remove({ force: true });
  }
}

/** The least that a container costs: create, start and remove one in which nothing is waited for. */
export async function emptyContainer(docker: Docker, tag: string): Promise<void> {
  const container = await docker.createContainer({ Image: tag, Entrypoint: ['sleep', '60'], Cmd: [] });
  await container.start();
  await container.remove({ force: true });
}

async function firstAnswer(prober: Prober, address: string, port: number): Promise<void> {
  const deadline = AbortSignal.timeout(30_000);
  const probe = { method: 'GET', path: '/version', headers: {}, timeoutMs: 2_000 };
  while (!(await prober.request(address, port, probe, deadline)).ok) {
    await sleep(10);
  }
}
