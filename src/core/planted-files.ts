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

/**
 * A planted file of `bytes` bytes (at least the mark's own, about 50): a mark first, then incompressible filling. A
 * `.env` is text that Compose can read, since the hand-out carries it and a learner's own `docker compose` reads it.
 */
export function plantedFile(
  path: string,
  bytes: number,
): { readonly canary: Canary; readonly entry: FileEntry } {
  const isSettings = /(^|\/)\.env$/.test(path);
  const mark = `${isSettings ? 'PLANTED=' : ''}canary-${randomBytes(16).toString('hex')}`;
  const filling = randomBytes(Math.max(0, bytes - mark.length - 1));
  const text = isSettings ? Buffer.from(`# ${filling.toString('hex').slice(0, filling.length)}\n`) : filling;
  const contents = Buffer.concat([Buffer.from(`${mark}\n`), text]);
  const sha256 = createHash('sha256').update(contents).digest('hex');
  return { canary: { path, mark, sha256 }, entry: { bytes: contents, executable: false } };
}
