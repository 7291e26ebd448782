import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import type { PersonRepositories, RepositoryFile } from '../../app/ports/person-data.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import { isMissing } from './is-missing.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What lies at the service's own remote of one person, found by its folders: the database needn't know of it. */
export function personRepositories(folder: string): PersonRepositories {
  const root = join(folder, 'repositories');
  const pathOf = (personId: string, assignmentId: string): string => {
    if (!ID.test(assignmentId) || !ID.test(personId)) throw new GraderFault('not an id');
    return join(root, assignmentId, `${personId}.git`);
  };

  async function assignments(personId: string): Promise<string[]> {
    const found: string[] = [];
    for (const { name } of await listed(root)) {
      if (!ID.test(name)) continue;
      const entries = await listed(pathOf(personId, name));
      if (entries.length > 0) found.push(name);
    }
    return found.sort();
  }

  return {
    assignments,
    async *files(personId, assignmentId) {
      const repository = pathOf(personId, assignmentId);
      const waiting = [repository];
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        for (const entry of await listed(next)) {
          const path = join(next, entry.name);
          if (entry.isDirectory()) waiting.push(path);
          if (!entry.isFile()) continue;
          const file = await fileAt(path, relative(repository, path));
          if (file !== null) yield file;
        }
      }
    },
    async remove(personId) {
      for (const { name } of await listed(root)) {
        if (ID.test(name)) await rm(pathOf(personId, name), { recursive: true, force: true });
      }
    },
  };
}

/** The file as long as it was when it was opened, whatever a push adds to it meanwhile; null where it is gone. */
async function fileAt(path: string, name: string): Promise<RepositoryFile | null> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const { size } = await handle.stat();
  if (size > 0) return { path: name, size, content: handle.createReadStream({ start: 0, end: size - 1 }) };
  await handle.close();
  return { path: name, size, content: Readable.from([]) };
}

async function listed(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
