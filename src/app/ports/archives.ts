import type { Readable } from 'node:stream';

/** A file of an archive that is written while it is read. */
export interface ArchiveEntry {
  readonly path: string;
  readonly size: number;
  /** Exactly `size` bytes. */
  readonly content: Uint8Array | Readable;
}
