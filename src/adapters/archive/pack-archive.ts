import type { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { type FileSet, sortedByPath } from '../../core/file-set.ts';

/** Packs files as .tar.gz under one folder; equal files give equal bytes. */
export function packTarGz(files: FileSet, folder: string): Readable {
  const archive = pack();
  for (const [path, entry] of sortedByPath(files)) {
    const mode = entry.executable ? 0o755 : 0o644;
    archive.entry({ name: `${folder}/${path}`, mode, mtime: new Date(0) }, Buffer.from(entry.bytes));
  }
  archive.finalize();
  return archive.pipe(createGzip());
}
