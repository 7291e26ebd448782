import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_AGAIN_MS = 500;
/** So often what was written is measured though the free space doesn't tell of it: it may be hidden by what others set free. */
const MEASURE_EVERY_LOOKS = 8;

export interface DiskBounds {
  /** Bytes that may be written while it is watched. */
  readonly mostBytes: number;
  /** Bytes that have to stay free, whoever writes. */
  readonly floorBytes: number;
  /**
   * What of the bytes that went was written by whom it is watched for, where that can be told: others may have filled
   * the disk. Without it everything counts.
   */
  readonly ownBytes?: () => Promise<number>;
  /** Free bytes from which on it counts, where that was before now. */
  readonly beforeBytes?: number;
  /** Milliseconds from one look to the next. */
  readonly everyMs?: number;
}

/** Who is to blame: the one who is watched, or nobody that could be told. */
export type DiskTrouble = 'overgrown' | 'low';

/**
 * Watches the free space of a disk until more than `mostBytes` were written or less than `floorBytes` are left.
 * Undefined when `signal` is aborted first, or when the disk can't be asked: the next call to the engine will tell why.
 */
export async function watchDisk(
  freeBytes: () => Promise<number>,
  { mostBytes, floorBytes, ownBytes, beforeBytes, everyMs = LOOK_AGAIN_MS }: DiskBounds,
  signal: AbortSignal,
): Promise<DiskTrouble | undefined> {
  try {
    let before = beforeBytes ?? (await freeBytes());
    for (let look = 1; ; look++) {
      await sleep(everyMs, undefined, { signal });
      const free = await freeBytes();
      before = Math.max(before, free);
      const wentDown = before - free > mostBytes;
      if (ownBytes === undefined) {
        if (wentDown) return 'overgrown';
      } else if (wentDown || look % MEASURE_EVERY_LOOKS === 0) {
        // Where it can't be measured now, it can at the next look.
        const own = await ownBytes().catch(() => undefined);
        if (own !== undefined && own > mostBytes) return 'overgrown';
        // The rest was others': it counts no more.
        if (own !== undefined && wentDown) before = free + own;
      }
      if (free < floorBytes) return 'low';
    }
  } catch {
    return undefined;
  }
}
