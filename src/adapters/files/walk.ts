import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileEntry } from '../../core/file-set.ts';
import { isLitter } from '../../core/left-out.ts';
import { Refusal } from '../../core/refusal.ts';

export interface WalkLimits {
  readonly files: number;
  readonly totalBytes: number;
  readonly depth: number;
}

export interface Walked {
  readonly files: Map<string, FileEntry>;
  /** Paths that were not read: links, devices, and what `leaveOut` named. */
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
}

/**
 * Reads a folder into memory in name order, without litter. Links are never followed; they and devices are left out.
 * `leaveOut` says why an entry of that name is left out, or undefined to keep it.
 * @throws Refusal `archive-too-large` over a limit, `archive-invalid` for a name that no archive could carry.
 */
export async function walk(
  root: string,
  limits: WalkLimits,
  leaveOut: (name: string) => string | undefined = () => undefined,
): Promise<Walked> {
  const files = new Map<string, FileEntry>();
  const leftOut: { path: string; why: string }[] = [];
  let bytesLeft = limits.totalBytes;

  async function enter(folder: string, depth: number): Promise<void> {
    if (depth > limits.depth)
      throw tooLarge(folder, 'archive.depth', `folders more than ${limits.depth} deep`);
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const why = leaveOut(entry.name);
      if (why !== undefined) leftOut.push({ path, why });
      else if (isLitter(path)) continue;
      else if (entry.isDirectory()) await enter(path, depth + 1);
      else if (entry.isFile()) await take(path);
      else leftOut.push({ path, why: entry.isSymbolicLink() ? 'links are not followed' : 'no plain file' });
    }
  }

  async function take(path: string): Promise<void> {
    checkName(path);
    if (files.size >= limits.files)
      throw tooLarge(path, 'archive.entries', `more than ${limits.files} files`);
    const entry = await readBounded(join(root, path), bytesLeft);
    if (entry === 'too-large') {
      const megabytes = Math.round(limits.totalBytes / 1_048_576);
      throw tooLarge(path, 'archive.unpacked-bytes', `more than ${megabytes} MiB in all its files`);
    }
    bytesLeft -= entry.bytes.byteLength;
    files.set(path, entry);
  }

  await enter('', 0);
  return { files, leftOut };
}

/** NOFOLLOW holds even when the path becomes a link between listing and opening. */
async function readBounded(path: string, mostBytes: number): Promise<FileEntry | 'too-large'> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size, mode } = await handle.stat();
    if (size > mostBytes) return 'too-large';
    // One byte more than the size told, so that a file that grows meanwhile is noticed.
    const buffer = Buffer.alloc(Math.min(size, mostBytes) + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > mostBytes) return 'too-large';
    return { bytes: buffer.subarray(0, length), executable: (mode & 0o100) !== 0 };
  } finally {
    await handle.close();
  }
}

function checkName(path: string): void {
  if (!/[\u0000-\u001f\u007f\\\ufffd]/.test(path) && Buffer.byteLength(path) <= 255) return;
  throw new Refusal('archive-invalid', `The file name ${JSON.stringify(path.slice(0, 80))} can't be taken.`, {
    file: path.slice(0, 255),
    rule: 'archive.name',
    wayOut: 'Use names of printable characters without backslashes, 255 bytes with folders at most.',
  });
}

function tooLarge(path: string, rule: string, what: string): Refusal {
  return new Refusal(
    'archive-too-large',
    `The folder holds ${what}; reading stopped at ${JSON.stringify(path)}.`,
    {
      file: path,
      rule,
      wayOut: 'Leave out what the build does not need: data, caches, virtual environments.',
    },
  );
}
