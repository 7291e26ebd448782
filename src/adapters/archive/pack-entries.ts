import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PassThrough, finished } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';
import type { ArchiveEntry } from '../../app/ports/archives.ts';

/**
 * Packs entries as .tar.gz while they come, one at a time and no sooner than the reader takes them: however long the
 * archive is, it is never in memory as a whole. It breaks off where an entry fails.
 */
export function packEntries(entries: AsyncIterable<ArchiveEntry>): Readable {
  const archive = pack();
  const out = new PassThrough();
  pipeline(archive, createGzip(), out).catch(() => undefined);
  fill(archive, entries, out).catch((error: unknown) => {
    out.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  // Whoever reads no longer ends what waits to be written.
  finished(out, () => {
    archive.destroy();
  });
  return out;
}

async function fill(archive: Pack, entries: AsyncIterable<ArchiveEntry>, out: Readable): Promise<void> {
  for await (const { path, size, content } of entries) {
    if (out.destroyed) return;
    const entry = archive.entry({ name: path, size, mode: 0o644, mtime: new Date(0) });
    await pipeline(content instanceof Uint8Array ? chunksOf(content) : content, entry);
  }
  archive.finalize();
}

const CHUNK = 64 * 1024;

function* chunksOf(bytes: Uint8Array): Generator<Buffer> {
  for (let at = 0; at < bytes.byteLength; at += CHUNK) yield Buffer.from(bytes.subarray(at, at + CHUNK));
}
