import { request } from 'node:http';
import type Docker from 'dockerode';
import { contextTar, withDockerfile } from '../../src/adapters/docker/build/context-tar.ts';
import type { FileSet } from '../../src/core/file-set.ts';
import type { BuildPlan } from '../../src/core/plan.ts';

const TAG = 'labgrader-bench:bare';

/** The Engine calls that anybody needs for a build, with nothing looked at. */
export async function bareBuild(docker: Docker, plan: BuildPlan, files: FileSet): Promise<void> {
  const stream = await docker.buildImage(contextTar(withDockerfile(files, plan.dockerfile)), {
    version: '2',
    t: TAG,
    dockerfile: '.labgrader.dockerfile',
    networkmode: 'none',
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

/** Create, start, wait for the first answer at the container's address, remove. */
export async function bareContainer(docker: Docker, port: number, image = TAG): Promise<void> {
  const container = await docker.createContainer({ Image: image });
  try {
    await container.start();
    const { NetworkSettings } = await container.inspect();
    await firstAnswer(NetworkSettings.Networks['bridge']?.IPAddress ?? '', port);
  } finally {
    await container.remove({ force: true });
  }
}

async function firstAnswer(host: string, port: number): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await answers(host, port))) {
    if (performance.now() > deadline) throw new Error(`nothing answers at ${host}:${port}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    request({ host, port, path: '/version', timeout: 2_000 }, (answer) => {
      answer.resume().on('end', () => {
        resolve(answer.statusCode === 200);
      });
    })
      .on('error', () => {
        resolve(false);
      })
      .end();
  });
}
