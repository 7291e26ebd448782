import { Refusal } from './refusal.ts';

const MAX_PATH_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;
export const MAX_DEPTH = 32;

/**
 * The path of a submitted entry as we keep it: relative, NFC, `/`-separated, without `.` segments.
 * @throws Refusal when it leads out of the project, or isn't the same on every machine.
 */
export function submittedPath(name: string): string {
  const path = name
    .normalize('NFC')
    .replace(/^(?:\.\/+)+/, '')
    .replace(/\/+$/, '');
  if (path === '' || path === '.') return '';
  if (Buffer.byteLength(path) > MAX_PATH_BYTES)
    refuse(name, 'name-length', `its path is longer than ${MAX_PATH_BYTES} bytes`);
  if (/[\p{Cc}\p{Cf}\u2028\u2029\uFFFD]/u.test(path))
    refuse(name, 'name', "its name holds control or invisible characters, or isn't UTF-8");
  if (path.startsWith('/') || /^[a-zA-Z]:/.test(path)) refuse(name, 'traversal', 'its path is absolute');
  if (path.includes('\\')) refuse(name, 'name', 'its name holds a backslash');
  const segments = path.split('/');
  if (segments.includes('..')) refuse(name, 'traversal', 'its path leads out of the project with `..`');
  if (segments.length > MAX_DEPTH) refuse(name, 'depth', `it lies deeper than ${MAX_DEPTH} folders`);
  for (const segment of segments) {
    if (segment === '' || segment === '.') refuse(name, 'name', 'its path holds an empty or `.` segment');
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)
      refuse(name, 'name-length', `a name in it is longer than ${MAX_SEGMENT_BYTES} bytes`);
    if (/[. ]$/.test(segment)) refuse(name, 'name', 'a name in it ends in a dot or a blank');
  }
  return path;
}

function refuse(name: string, rule: string, what: string): never {
  const shown = printable(name);
  throw new Refusal('archive-invalid', `\`${shown}\` isn't taken: ${what}.`, {
    file: shown,
    rule: `archive.${rule}`,
    wayOut: 'Pack the project folder itself, for example with `tar -czf fix.tar.gz -C my-project .`.',
  });
}

/** The name as it can be shown: bounded, nothing invisible. */
export function printable(name: string): string {
  const text = name.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\uFFFD');
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
