import { type Entry, type ZipFile, fromBufferPromise } from 'yauzl';
import type { FileSet } from '../../core/file-set.ts';
import type { IntakeLimits } from '../../core/intake-limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { type EntryKind, SubmittedFiles } from '../../core/submitted-files.ts';
import { RATIO_FROM_BYTES, ratioRefusal, unreadable } from './bounded.ts';

const UNIX = 3;

/**
 * Reads a zip. Its index stands at the end, so the upload, bounded, is held in memory; entries are unpacked one by
 * one, each no further than the index says.
 * @throws Refusal
 */
export async function readZip(upload: AsyncIterable<Buffer>, limits: IntakeLimits): Promise<FileSet> {
  const bytes = await collect(upload);
  const files = new SubmittedFiles(limits);
  try {
    const zip = await fromBufferPromise(bytes, { lazyEntries: true, validateEntrySizes: true });
    await gather(zip, files, limits);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw unreadable('a zip archive', error);
  }
  return files.whole();
}

async function collect(upload: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of upload) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function gather(zip: ZipFile, files: SubmittedFiles, limits: IntakeLimits): Promise<void> {
  if (zip.entryCount > limits.entries) throw tooManyEntries(limits);
  let packed = 0;
  let unpacked = 0;
  for (;;) {
    const entry = await nextEntry(zip);
    if (entry === null) return;
    packed += entry.compressedSize;
    unpacked += entry.uncompressedSize;
    if (unpacked > RATIO_FROM_BYTES && unpacked > packed * limits.ratio) throw ratioRefusal(limits);
    if (entry.isEncrypted()) throw encrypted(entry);
    const path = files.open(entry.fileName, kindOf(entry), entry.uncompressedSize);
    if (path === undefined) continue;
    const bytes = await contentsOf(zip, entry);
    files.put(path, { bytes, executable: isExecutable(entry, bytes) });
  }
}

function nextEntry(zip: ZipFile): Promise<Entry | null> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      zip.removeAllListeners('entry');
      zip.removeAllListeners('end');
      zip.removeAllListeners('error');
      act();
    };
    zip.once('entry', (entry: Entry) => {
      settle(() => {
        resolve(entry);
      });
    });
    zip.once('end', () => {
      settle(() => {
        resolve(null);
      });
    });
    zip.once('error', (error: Error) => {
      settle(() => {
        reject(error);
      });
    });
    zip.readEntry();
  });
}

/** Bounded by the size in the index, which was counted already: yauzl fails when there is more. */
async function contentsOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const stream = await zip.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function kindOf(entry: Entry): EntryKind {
  if (entry.fileName.endsWith('/')) return 'folder';
  switch (unixMode(entry) & 0o170000) {
    case 0:
    case 0o100000:
      return 'file';
    case 0o040000:
      return 'folder';
    case 0o120000:
      return 'link';
    default:
      return 'device';
  }
}

/** Archives made elsewhere than on Unix know no such bit: there a script is what says so in its first line. */
function isExecutable(entry: Entry, bytes: Buffer): boolean {
  const mode = unixMode(entry);
  return mode === 0 ? bytes.subarray(0, 2).toString('latin1') === '#!' : (mode & 0o111) !== 0;
}

function unixMode(entry: Entry): number {
  return entry.versionMadeBy >> 8 === UNIX ? (entry.externalFileAttributes >>> 16) & 0xffff : 0;
}

function tooManyEntries(limits: IntakeLimits): Refusal {
  return new Refusal('archive-too-large', `The archive isn't taken: more than ${limits.entries} entries.`, {
    rule: 'archive.entries',
    wayOut: 'Leave out build results, virtual environments and data that the lab did not come with.',
  });
}

function encrypted(entry: Entry): Refusal {
  return new Refusal('archive-invalid', 'The archive is encrypted.', {
    file: entry.fileName.slice(0, 120),
    rule: 'archive.encrypted',
    wayOut: 'Pack it without a password.',
  });
}
