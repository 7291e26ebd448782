import { posix } from 'node:path';
import { quoted, type Findings, type Place } from '../findings.ts';

/** Where it is to be seen in the container; undefined where that is no place for a mount. */
export function mountPoint(
  { target, at }: { readonly target: string; readonly at: Place },
  findings: Findings,
): string | undefined {
  const path = posix.normalize(target).replace(/(?<=.)\/+$/, '');
  if (
    !target.startsWith('/') ||
    target.includes('\0') ||
    /^\/(?:(?:proc|sys|dev)(?:\/(?!shm$).*)?)?$/.test(path)
  ) {
    const drive = /^\p{L}:/u.test(target)
      ? ' Compose takes a single letter before a colon for a drive of Windows.'
      : '';
    const message = `${quoted(target)} can't be mounted over: a mount needs an absolute path in the container, other than its root and the kernel's own folders. A folder of the project is mounted with ${quoted('./folder:/path')}.${drive}`;
    findings.refuse('compose.volumes.target', at, message);
    return undefined;
  }
  return path;
}
