import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { FileSet } from '../../../core/file-set.ts';
import { GraderFault } from '../../../core/grader-fault.ts';
import { messageOf, statusOf } from '../engine.ts';
import type { BuildLog } from './build-log.ts';
import { readBuildStream, type BuildEnd } from './build-stream.ts';
import type { BuildTrace } from './build-trace.ts';
import { contextTar } from './context-tar.ts';
import { settledBy } from './settled-by.ts';

/**
 * Sends a context to the builder and reads its answer into the trace and the log.
 * @throws GraderFault when the engine fails; the signal's reason as soon as it is aborted, which stops the build.
 */
export async function sendBuild(
  docker: Docker,
  context: FileSet,
  options: Docker.ImageBuildOptions,
  trace: BuildTrace,
  log: BuildLog,
  signal: AbortSignal,
): Promise<BuildEnd> {
  const tar = contextTar(context);
  try {
    const answer = await settledBy(signal, post(docker, tar, { ...options, abortSignal: signal }, signal));
    if ('error' in answer) return answer;
    try {
      return await settledBy(signal, readBuildStream(answer.stream, trace, log));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof GraderFault) throw error;
      throw new GraderFault(`the engine's answer to a build broke off: ${messageOf(error)}`, {
        cause: error,
      });
    } finally {
      // Closing the connection is what tells the engine to stop the build.
      answer.destroy();
    }
  } finally {
    tar.destroy();
  }
}

type Answer =
  { readonly stream: AsyncIterable<unknown>; readonly destroy: () => void } | { readonly error: string };

async function post(
  docker: Docker,
  tar: NodeJS.ReadableStream,
  options: Docker.ImageBuildOptions,
  signal: AbortSignal,
): Promise<Answer> {
  // A number, not dockerode's own '2': that opens a session, for registry credentials that are never needed
  // here, and leaves its gRPC server running when a build is aborted.
  Object.assign(options, { version: 2 });
  try {
    const stream = await docker.buildImage(tar, options);
    const destroy = (): void => {
      if (stream instanceof Readable) stream.destroy();
    };
    return { stream, destroy };
  } catch (error) {
    signal.throwIfAborted();
    // Before anything is built, the builder refuses a Dockerfile that it can't read in this way.
    if (/dockerfile parse error|file with no instructions|target stage/i.test(messageOf(error))) {
      return { error: messageOf(error) };
    }
    const status = statusOf(error);
    const what =
      status === undefined ? "the engine can't be reached" : `the engine answered a build with ${status}`;
    throw new GraderFault(`${what}: ${messageOf(error)}`, { cause: error });
  }
}
