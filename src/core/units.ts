const BYTE_UNITS = ['kB', 'MB', 'GB', 'TB'];

/** Bytes in powers of 1000, as `docker image ls` tells them: `999 B`, `1.5 kB`, `312 MB`. */
export function formatBytes(bytes: number): string {
  if (Math.abs(bytes) < 1000) return `${Math.round(bytes)} B`;
  let value = bytes;
  let unit = 'B';
  for (const next of BYTE_UNITS) {
    if (Math.abs(value) < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return `${Math.abs(value) < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}

/** Milliseconds in the unit that a reader would choose: `85 ms`, `1.2 s`, `3 min 05 s`, `2 h 10 min`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** A moment of a run as an offset from its beginning: `+1.20 s`. */
export function formatOffset(ms: number): string {
  return `${ms < 0 ? '-' : '+'}${(Math.abs(ms) / 1000).toFixed(2)} s`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
