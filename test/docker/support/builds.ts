import type Docker from 'dockerode';
import { buildImage, type ImageBuild } from '../../../src/adapters/docker/build/build-image.ts';
import type { BuildOutcome } from '../../../src/app/ports/bench.ts';
import { textFile, type FileSet } from '../../../src/core/file-set.ts';
import type { BuildPlan } from '../../../src/core/plan.ts';

/** What a test says of a build; the rest is what suits most. */
export interface TestBuild {
  readonly dockerfile: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly plan?: Partial<BuildPlan>;
  readonly limits?: Partial<ImageBuild['limits']>;
  readonly more?: Partial<Pick<ImageBuild, 'noCache' | 'memoryKills'>>;
}

/** Builds of one test file, whose images go with it. */
export class TestBuilds implements AsyncDisposable {
  readonly docker: Docker;
  /** The log of the latest build. */
  lines: string[] = [];
  latestTag = '';
  private readonly label: string;
  private count = 0;

  constructor(docker: Docker, name: string) {
    this.docker = docker;
    this.label = `labgrader.test=${name}-${process.pid}`;
  }

  build(build: TestBuild, signal: AbortSignal): Promise<BuildOutcome> {
    const lines: string[] = [];
    this.lines = lines;
    this.count++;
    this.latestTag = `labgrader-test:${this.label.split('=')[1] ?? ''}-${this.count}`;
    const [name = '', value = ''] = this.label.split('=');
    const context: FileSet = new Map(
      Object.entries(build.files ?? {}).map(([path, text]) => [path, textFile(text)]),
    );
    return buildImage(
      this.docker,
      {
        plan: {
          context: '.',
          dockerfilePath: 'Dockerfile',
          dockerfile: build.dockerfile,
          args: {},
          labels: {},
          ...build.plan,
        },
        context,
        limits: { buildSeconds: 60, logBytes: 100_000, imageMiB: 2_048, ...build.limits },
        onLog: (line) => lines.push(line),
        labels: { [name]: value },
        tag: this.latestTag,
        ...build.more,
      },
      signal,
    );
  }

  /** Id of an image that must come to be. */
  async image(build: TestBuild, signal: AbortSignal): Promise<string> {
    const outcome = await this.build(build, signal);
    if (!outcome.ok) throw new Error(`${outcome.message}\n${outcome.logTail.join('\n')}`);
    return outcome.image.id;
  }

  /** Tags of the images that there are of these builds. */
  async images(): Promise<string[]> {
    const images = await this.docker.listImages({ filters: { label: [this.label] } });
    return images.flatMap((image) => image.RepoTags ?? []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // One after another: images of one run share layers, and the engine locks them.
    for (const image of await this.docker.listImages({ filters: { label: [this.label] } }))
      await this.docker.getImage(image.Id).remove({ force: true });
  }
}
