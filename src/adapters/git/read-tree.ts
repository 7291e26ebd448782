import type { FileSet } from '../../core/file-set.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import type { IntakeLimits } from '../../core/intake-limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { SubmittedFiles } from '../../core/submitted-files.ts';
import { printable } from '../../core/submitted-path.ts';
import { GitFailure, runGit } from './git-process.ts';

export interface ObjectStore {
  readonly repository: string;
  /** Where objects lie that are not kept yet; git shows them to nobody else. */
  readonly quarantine?: string;
}

const TIME_MS = 30_000;
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1';
const COMMIT = /^[0-9a-f]{40}$/;

interface TreeEntry {
  readonly path: string;
  readonly id: string;
  readonly bytes: number;
  readonly executable: boolean;
}

/**
 * The files of a commit, or of one folder of it, straight from the object store: nothing is checked out, so no filter,
 * hook or link of the repository does anything.
 * @throws Refusal as for an archive, and for submodules and Git LFS
 */
export async function readTree(
  store: ObjectStore,
  commit: string,
  folder: string | null,
  limits: IntakeLimits,
  signal: AbortSignal,
): Promise<FileSet> {
  if (!COMMIT.test(commit)) throw new GraderFault('not the id of a commit');
  const submitted = new SubmittedFiles(limits);
  const entries = await listTree(store, commit, folder, limits, submitted, signal);
  const contents = await readBlobs(store, entries, limits, signal);
  for (const [index, entry] of entries.entries()) {
    const bytes = contents[index];
    if (bytes === undefined) throw new GraderFault('git gave fewer files than it lists');
    if (bytes.subarray(0, LFS_POINTER.length).toString('latin1') === LFS_POINTER) refuseLfs(entry.path);
    submitted.put(entry.path, { bytes, executable: entry.executable });
  }
  return folder === null ? submitted.whole() : submitted.all();
}

async function listTree(
  store: ObjectStore,
  commit: string,
  folder: string | null,
  limits: IntakeLimits,
  submitted: SubmittedFiles,
  signal: AbortSignal,
): Promise<TreeEntry[]> {
  const tree = folder === null ? `${commit}^{tree}` : `${commit}:${folder}`;
  // A tree of a few bytes can name itself over and over: what it lists is cut, not what it weighs.
  const maxBytes = limits.entries * 400;
  const listed = await git(store, ['ls-tree', '-r', '-z', '-l', '--full-tree', tree], '', maxBytes, signal);
  const found: TreeEntry[] = [];
  for (const line of listed.toString('utf8').split('\0')) {
    const match = /^(\d{6}) (\w+) ([0-9a-f]{40,64}) +(\d+|-)\t(.*)$/s.exec(line);
    if (match === null) continue;
    const [, mode, , id, size, name] = match;
    if (mode === undefined || id === undefined || size === undefined || name === undefined) continue;
    if (mode === '160000') refuseSubmodule(name);
    const bytes = size === '-' ? 0 : Number(size);
    const path = submitted.open(name, mode === '120000' ? 'link' : 'file', bytes);
    if (path !== undefined) found.push({ path, id, bytes, executable: mode === '100755' });
  }
  return found;
}

async function readBlobs(
  store: ObjectStore,
  entries: readonly TreeEntry[],
  limits: IntakeLimits,
  signal: AbortSignal,
): Promise<Buffer[]> {
  if (entries.length === 0) return [];
  const input = entries.map((entry) => `${entry.id}\n`).join('');
  const maxBytes = limits.unpackedBytes + entries.length * 120;
  const output = await git(store, ['cat-file', '--batch', '--buffer'], input, maxBytes, signal);
  const contents: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const end = output.indexOf(0x0a, offset);
    const head = output.subarray(offset, Math.max(offset, end)).toString('latin1');
    if (head !== `${entry.id} blob ${entry.bytes}`) throw new GraderFault('git lost an object of the push');
    contents.push(output.subarray(end + 1, end + 1 + entry.bytes));
    offset = end + entry.bytes + 2;
  }
  return contents;
}

async function git(
  store: ObjectStore,
  args: readonly string[],
  input: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const environment = {
    GIT_DIR: store.repository,
    ...(store.quarantine !== undefined && {
      GIT_OBJECT_DIRECTORY: store.quarantine,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: `${store.repository}/objects`,
    }),
  };
  const limits = { timeMs: TIME_MS, fileBytes: 0 };
  try {
    return await runGit({ args, folder: store.repository, environment, limits, input, maxBytes }, signal);
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    if (error.reason === 'failed') throw new GraderFault('git could not read the files', { cause: error });
    throw new Refusal('archive-too-large', 'The commit holds more than is taken.', {
      rule: 'archive.entries',
      wayOut: 'Push the files of the lab and nothing else.',
    });
  }
}

function refuseSubmodule(name: string): never {
  throw new Refusal(
    'archive-invalid',
    `\`${printable(name)}\` is a submodule: what it leads to is not in the push.`,
    {
      file: printable(name),
      rule: 'git.submodule',
      wayOut:
        'Commit the files themselves: `git rm --cached` the submodule, delete its `.git`, and add its files.',
    },
  );
}

function refuseLfs(path: string): never {
  throw new Refusal(
    'archive-invalid',
    `\`${printable(path)}\` is kept with Git LFS: the push holds a pointer, not the file.`,
    {
      file: printable(path),
      rule: 'git.lfs',
      wayOut: 'Run `git lfs untrack` for it and commit the file itself.',
    },
  );
}
