import { join } from 'node:path';
import { listed } from './repository-folder.ts';
import type { RepositoryUse } from './repository-use.ts';
import { needsTidying, tidyRepository } from './tidy-repository.ts';

export interface TidyOptions {
  /** Bytes of one repository. */
  readonly repositoryBytes: number;
  readonly onError: (error: unknown) => void;
}

/** In one go; the next goes on with the others. */
const MAX_TIDIED = 50;

/**
 * Tidies repositories that have been left alone, one after another, for as long as no request is being served. What
 * can't be tidied is told to `onError` and left for now.
 * @param folder holds one for each assignment, and that one for each learner
 * @returns how many were tidied
 */
export async function tidyRepositories(
  folder: string,
  use: RepositoryUse,
  { repositoryBytes, onError }: TidyOptions,
  signal: AbortSignal,
): Promise<number> {
  let tidied = 0;
  for await (const path of repositoriesIn(folder)) {
    if (signal.aborted || use.isServing || tidied === MAX_TIDIED) break;
    try {
      if (!(await needsTidying(path))) continue;
      const isTidied = await use.tidy(path, signal, (stop) =>
        tidyRepository(path, repositoryBytes * 2, stop),
      );
      if (isTidied) tidied += 1;
    } catch (error) {
      onError(error);
    }
  }
  return tidied;
}

async function* repositoriesIn(folder: string): AsyncGenerator<string> {
  for (const assignment of await listed(folder)) {
    for (const { name } of await listed(join(folder, assignment.name))) {
      // Not the one that is just being made.
      if (!name.startsWith('.')) yield join(folder, assignment.name, name);
    }
  }
}
