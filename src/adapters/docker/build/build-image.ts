import { posix } from 'node:path';
import type Docker from 'dockerode';
import type { BuildOutcome, BuildRequest } from '../../../app/ports/bench.ts';
import { isInside, type FileSet } from '../../../core/file-set.ts';
import { GraderFault } from '../../../core/grader-fault.ts';
import { engineCall, removal } from '../engine.ts';
import { BuildLog } from './build-log.ts';
import { BuildTrace } from './build-trace.ts';
import { isBuilderFault } from './builder-fault.ts';
import { cleanText } from './clean-text.ts';
import { folderOf, withDockerfile, type SentContext } from './context-tar.ts';
import { ignoreTextOf, withoutIgnored } from './docker-ignore.ts';
import { IgnoreSyntaxError } from './ignore-pattern.ts';
import { imageBytes } from './image-bytes.ts';
import { sendBuild } from './send-build.ts';

const MESSAGE_CHARACTERS = 4_000;
const MIB = 1024 * 1024;

/** Longest wait for a sign of life from an engine whose build ran out of time. */
const PING_MS = 4_000;

/** Watches the disk while something is built: who is to blame once there is trouble, undefined when `until` came first. */
export type DiskWatcher = (until: AbortSignal) => Promise<'overgrown' | 'low' | undefined>;

export interface ImageBuild extends BuildRequest {
  /** Put on the image over the plan's own labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** `name:tag` of the image. */
  readonly tag: string;
  readonly noCache?: boolean;
  /**
   * Counts the kernel's memory kills among all builds' processes. Without it nothing is called a memory kill:
   * exit code 137 alone proves none, since anyone may send SIGKILL.
   */
  readonly memoryKills?: () => Promise<number>;
  /** What all builds that go on may write together. Without it nothing watches. */
  readonly disk?: { readonly limitMiB: number; readonly watch: DiskWatcher };
}

/**
 * Builds an image with BuildKit over the Engine API: no network, no pull, no secrets. A build that fails is an
 * outcome. It settles at the latest a few seconds after `limits.buildSeconds`, whatever the engine does.
 * @throws GraderFault when the engine fails; the signal's reason when it is aborted.
 */
export async function buildImage(
  docker: Docker,
  build: ImageBuild,
  signal: AbortSignal,
): Promise<BuildOutcome> {
  signal.throwIfAborted();
  const attempt = new BuildAttempt(docker, build);
  const timeLimit = AbortSignal.timeout(build.limits.buildSeconds * 1_000);
  using disk = watched(build.disk?.watch);
  try {
    return await attempt.run(AbortSignal.any([signal, timeLimit, disk.trouble]));
  } catch (error) {
    signal.throwIfAborted();
    if (disk.trouble.aborted) return attempt.outOfDisk(disk.trouble.reason);
    if (!timeLimit.aborted) throw error;
    return await attempt.outOfTime();
  }
}

/** A signal that is aborted with the trouble that the disk is in, as long as it is watched. */
function watched(watch: DiskWatcher | undefined): Disposable & { readonly trouble: AbortSignal } {
  const trouble = new AbortController();
  const done = new AbortController();
  void watch?.(done.signal).then((what) => {
    if (what !== undefined) trouble.abort(what);
  });
  return {
    trouble: trouble.signal,
    [Symbol.dispose]() {
      done.abort();
    },
  };
}

/** One build on its way, with what has been seen of it so far. */
class BuildAttempt {
  private readonly startedAt = performance.now();
  private readonly trace = new BuildTrace();
  private readonly log: BuildLog;
  private readonly docker: Docker;
  private readonly build: ImageBuild;

  constructor(docker: Docker, build: ImageBuild) {
    this.docker = docker;
    this.build = build;
    this.log = new BuildLog(build.limits.logBytes, build.onLog);
  }

  async run(signal: AbortSignal): Promise<BuildOutcome> {
    const killsBefore = (await this.build.memoryKills?.()) ?? 0;
    const context = sentContext(this.build);
    if (context instanceof IgnoreSyntaxError)
      return this.failure('failed', `.dockerignore: ${context.message}`);
    const options = buildOptions(this.build, context.dockerfile);
    const end = await sendBuild(this.docker, context.files, options, this.trace, this.log, signal);
    this.log.end();
    if ('imageId' in end) return await this.builtImage(end.imageId);

    const failed = this.trace.failed();
    const killed =
      failed?.step.exitCode === 137 || this.log.tail(failed?.digest).some((line) => KILLED.test(line));
    if (killed && ((await this.build.memoryKills?.()) ?? 0) > killsBefore) {
      return this.failure('memory-limit', `${end.error}. ${MEMORY_KILL}`);
    }
    if (isBuilderFault(end.error)) throw new GraderFault(`the builder failed: ${end.error}`);
    return this.failure('failed', plainWords(end.error, this.build.plan.context, this.build.context));
  }

  /** @throws GraderFault when the engine gives no sign of life: then the time was not the learner's. */
  async outOfTime(): Promise<BuildOutcome> {
    this.log.end();
    await engineCall('a sign of life after a build', this.docker.ping(), PING_MS);
    const seconds = this.build.limits.buildSeconds;
    const at = this.trace.underWay();
    const where = at ? ` It was stopped in the step ${at.step.name}` : '';
    return this.failure('time-limit', `The build took longer than its limit of ${seconds} s.${where}`, at);
  }

  /** @throws GraderFault where nobody can be told to have filled the disk. */
  outOfDisk(trouble: unknown): BuildOutcome {
    this.log.end();
    if (trouble !== 'overgrown') throw new GraderFault('the disk of the engine got full during a build');
    const at = this.trace.underWay();
    const where = at ? ` It was stopped in the step ${at.step.name}` : '';
    const message = `The build wrote more than ${this.build.disk?.limitMiB ?? 0} MiB to disk (limit BUILD_DISK_MIB).${where}`;
    return this.failure('disk-limit', message, at);
  }

  private async builtImage(id: string): Promise<BuildOutcome> {
    const { limits, plan, tag } = this.build;
    const bytes = await imageBytes(this.docker, id);
    if (bytes > limits.imageMiB * MIB) {
      await removal('remove an image that is too large', this.docker.getImage(tag).remove({ force: true }));
      const message = `The image has ${Math.ceil(bytes / MIB)} MiB uncompressed; the limit is ${limits.imageMiB} MiB (imageMiB).`;
      return this.failure('failed', message);
    }
    const steps = this.trace.steps(plan.dockerfile);
    return { ok: true, image: { id }, steps, durationMs: this.elapsedMs() };
  }

  private failure(
    cause: 'failed' | 'time-limit' | 'memory-limit' | 'disk-limit',
    message: string,
    at = this.trace.failed(),
  ): BuildOutcome {
    return {
      ok: false,
      cause,
      message: cleanText(message).slice(0, MESSAGE_CHARACTERS),
      ...(at && { failedStep: at.step }),
      logTail: [...this.log.tail(at?.digest)],
      durationMs: this.elapsedMs(),
    };
  }

  private elapsedMs(): number {
    return Math.round(performance.now() - this.startedAt);
  }
}

/** What shells and compilers print when a child of theirs was killed. */
const KILLED = /\bKilled\b|signal: killed/;

const MEMORY_KILL = 'The kernel killed it because builds may not use more memory than their limit.';

/**
 * The builder's words without its internal references, which differ from build to build. It can't know that a
 * missing file was held back: the `.dockerignore` was applied before it saw the context.
 */
function plainWords(error: string, contextFolder: string, files: FileSet): string {
  const words = error.replace(
    /failed to compute cache key: failed to calculate checksum of ref \S+::\S+: /,
    '',
  );
  const [, path] = /^"\/(.+)": not found$/.exec(words) ?? [];
  if (path === undefined) return words;
  const context = folderOf(files, contextFolder);
  const exists = context.has(path) || [...context.keys()].some((other) => isInside(other, path));
  return `${words} in the build context${exists ? ': it is there, but .dockerignore keeps it out' : ''}`;
}

/** The context as sent: its folder without what `.dockerignore` names, with the compiled Dockerfile. */
function sentContext({ plan, context }: ImageBuild): SentContext | IgnoreSyntaxError {
  try {
    const ignore = ignoreTextOf(context, plan.context, plan.dockerfilePath);
    const files = withoutIgnored(folderOf(context, plan.context), ignore);
    return withDockerfile(files, posix.relative(plan.context, plan.dockerfilePath), plan.dockerfile);
  } catch (error) {
    if (error instanceof IgnoreSyntaxError) return error;
    throw error;
  }
}

function buildOptions(build: ImageBuild, dockerfile: string): Docker.ImageBuildOptions {
  return {
    dockerfile,
    t: build.tag,
    buildargs: { ...build.plan.args },
    labels: { ...build.plan.labels, ...build.labels },
    networkmode: 'none',
    pull: false,
    rm: true,
    forcerm: true,
    nocache: build.noCache ?? false,
    ...(build.plan.target !== undefined && { target: build.plan.target }),
  };
}
