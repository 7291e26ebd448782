import type { ImageLayer } from '../app/ports/bench.ts';

/** The paths that layers above `index` take away, whole folders included. Their bytes stay in the image all the same. */
export function removedAfter(layers: readonly ImageLayer[], index: number): ReadonlySet<string> {
  const later = layers.slice(index + 1).flatMap((layer) => layer.entries);
  return new Set(
    later.filter((entry) => entry.kind === 'whiteout' || entry.kind === 'opaque').map((entry) => entry.path),
  );
}

/** Is `path` one of `paths`, or inside of one? */
export function isUnder(path: string, paths: ReadonlySet<string>): boolean {
  if (paths.size === 0) return false;
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (paths.has(path.slice(0, end))) return true;
  }
  return false;
}
