import { pipeline } from 'node:stream/promises';
import { type Extract, extract } from 'tar-stream';
import type { FileSet } from '../../core/file-set.ts';
import type { IntakeLimits } from '../../core/intake-limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { type EntryKind, SubmittedFiles } from '../../core/submitted-files.ts';
import { type Flow, boundUnpacked, unreadable } from './bounded.ts';
import { unpackGzip } from './unpack-gzip.ts';

/**
 * Reads a gzipped tar as it streams in; nothing is written anywhere. `flow` knows what came in of it, and `stop` ends
 * the upload: what refuses a file hasn't to wait until the rest comes.
 * @throws Refusal
 */
export async function readTarGz(
  upload: AsyncIterable<Buffer>,
  limits: IntakeLimits,
  flow: Flow,
  stop: (reason: Refusal) => void,
): Promise<FileSet> {
  const entries = extract();
  const files = new SubmittedFiles(limits);
  const reasons: unknown[] = [];
  const note = (reason: unknown): void => {
    reasons.push(reason);
    stop(refusalOf(reason));
  };
  await Promise.all([
    gather(entries, files).catch(note),
    pipeline(unpackGzip(upload), boundUnpacked(limits, flow), entries).catch(note),
  ]);
  if (reasons.length === 0) return files.whole();
  // Either side may have stopped first and taken the other down with it: our own word goes before the library's.
  throw refusalOf(reasons.find((reason) => reason instanceof Refusal) ?? reasons.at(-1));
}

function refusalOf(reason: unknown): Refusal {
  return reason instanceof Refusal ? reason : unreadable('a gzipped tar archive', reason);
}

async function gather(entries: Extract, files: SubmittedFiles): Promise<void> {
  for await (const entry of entries) {
    const { header } = entry;
    const path = files.open(header.name, kindOf(header), header.size);
    const bytes = await contentsOf(entry);
    if (path !== undefined) files.put(path, { bytes, executable: (header.mode & 0o111) !== 0 });
  }
}

/** The size in the header was counted already, and tar-stream reads no more than it tells. */
async function contentsOf(entry: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

// A sparse file and other rarities come with types that the library has no name for.
function kindOf(header: { readonly type: string }): EntryKind {
  switch (header.type) {
    case 'file':
    case 'contiguous-file':
      return 'file';
    case 'directory':
      return 'folder';
    case 'link':
    case 'symlink':
      return 'link';
    case 'character-device':
    case 'block-device':
    case 'fifo':
      return 'device';
    default:
      return 'other';
  }
}
