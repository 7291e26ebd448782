import { randomBytes } from 'node:crypto';
import type { FileEntry } from './file-set.ts';

/** A file that the grader plants in a build context, to be looked for in the image. */
export interface Canary {
  readonly path: string;
  /** Random text that the file begins with, and that stands nowhere else. */
  readonly mark: string;
}

/** A planted file of `bytes` bytes (at least the mark's own 40): a mark first, then incompressible filling. */
export function plantedFile(
  path: string,
  bytes: number,
): { readonly canary: Canary; readonly entry: FileEntry } {
  const mark = `canary-${randomBytes(16).toString('hex')}\n`;
  const filling = randomBytes(Math.max(0, bytes - mark.length));
  return {
    canary: { path, mark: mark.trim() },
    entry: { bytes: Buffer.concat([Buffer.from(mark), filling]), executable: false },
  };
}
