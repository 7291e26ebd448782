import { quoted, type Findings, type Place } from '../findings.ts';

/** A path of the submission, normalised, or undefined where it isn't one; it says so under `compose.<key>.outside`. */
export function resolveInside(
  folder: string,
  path: string,
  key: string,
  at: Place,
  findings: Findings,
): string | undefined {
  const inside = /^(?:[/~\\]|[A-Za-z]:)|[\0\\]/.test(path) ? undefined : normalise(`${folder}/${path}`);
  if (inside !== undefined) return inside;
  findings.refuse(
    `compose.${key}.outside`,
    at,
    `${quoted(path)} isn't a path inside of your project. The submission is all that the grader has of your machine, so everything must be in it and be named from its root.`,
  );
  return undefined;
}

/** Without `.` and `..`; `.` for the root itself, undefined for what lies above it. */
export function normalise(path: string): string | undefined {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') {
      if (segments.pop() === undefined) return undefined;
    } else if (segment !== '' && segment !== '.') {
      segments.push(segment);
    }
  }
  return segments.length === 0 ? '.' : segments.join('/');
}
