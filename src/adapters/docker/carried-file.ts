import { dirname } from 'node:path/posix';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';
import { engineCall, statusOf } from './engine.ts';

/**
 * Brings what `from`, which has ended, left in a mounted file to the same place of `to`, which hasn't been started. With
 * Compose it is a file of the learner's machine, and what a container writes there outlives it; here it is a copy.
 */
export async function carryFile(path: string, from: Docker.Container, to: Docker.Container): Promise<void> {
  // A mount of nothing, into which nothing was written, isn't there.
  const archive = await engineCall('read a mount', orMissing(from.getArchive({ path })));
  if (archive === undefined) return;
  const folder = dirname(path);
  if (!(await isThere(to, folder))) {
    const parents = pack();
    parents.entry({ name: folder.replace(/^\/+/, ''), type: 'directory', mode: 0o755 });
    parents.finalize();
    await engineCall('make a folder', to.putArchive(Readable.from(parents), { path: '/' }));
  }
  // The archive names its entries from the last part of the path on.
  await engineCall('fill a mount', to.putArchive(archive, { path: folder }));
}

async function isThere(container: Docker.Container, path: string): Promise<boolean> {
  const looking: Promise<unknown> = container.infoArchive({ path });
  const answer = await engineCall('look for a folder', orMissing(looking));
  // What is asked for is in its head. Left unread, it would keep its connection for good.
  if (answer instanceof Readable) answer.resume();
  return answer !== undefined;
}

/** What a call comes to, or undefined where the engine says that there is no such path. */
async function orMissing<T>(call: Promise<T>): Promise<T | undefined> {
  return call.catch((error: unknown) => {
    if (statusOf(error) === 404) return undefined;
    throw error;
  });
}
