import { GitFailure } from './git-process.ts';

/** Whether the file system had no room for what was to be written, by us or by git. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && error.code === 'ENOSPC') return true;
  return /no space left on device/i.test(error instanceof GitFailure ? error.words : error.message);
}
