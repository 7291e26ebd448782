import { posix } from 'node:path';
import { quoted, type Findings, type Place } from '../findings.ts';

const ENGINES_OWN: ReadonlySet<string> = new Set(['/etc/resolv.conf', '/etc/hosts', '/etc/hostname']);

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
  if (ENGINES_OWN.has(path)) {
    const message = `${quoted(path)} is written for each container when it starts, and a file mounted there is not seen. Say what belongs into it with ${quoted('dns')}, ${quoted('dns_search')}, ${quoted('dns_opt')} or ${quoted('hostname')}; the services of a project find each other by their names.`;
    findings.refuse('compose.volumes.engine-file', at, message);
    return undefined;
  }
  return path;
}
