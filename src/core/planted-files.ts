import { createHash, randomBytes } from 'node:crypto';
import type { FileEntry } from './file-set.ts';

/** A file that the grader plants in a build context, to be looked for in the image. */
export interface Canary {
  readonly path: string;
  /** Random text that the file begins with, and that stands nowhere else. */
  readonly mark: string;
  /** Hex sha-256 of its contents: finds it in an image under any name. */
  readonly sha256: string;
}

/** A planted file of `bytes` bytes (at least the mark's own 40): a mark first, then incompressible filling. */
export function plantedFile(
  path: string,
  bytes: number,
): { readonly canary: Canary; readonly entry: FileEntry } {
  const mark = `canary-${randomBytes(16).toString('hex')}\n`;
  const contents = Buffer.concat([Buffer.from(mark), randomBytes(Math.max(0, bytes - mark.length))]);
  const sha256 = createHash('sha256').update(contents).digest('hex');
  return {
    canary: { path, mark: mark.trim(), sha256 },
    entry: { bytes: contents, executable: false },
  };
}
