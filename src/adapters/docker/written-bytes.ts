import type Docker from 'dockerode';
import { z } from 'zod';
import type { Inspector } from './agents/inspector.ts';
import { engineCall, statusOf } from './engine.ts';

/** The engine leaves the size out where nothing was written. */
const Measured = z.object({
  SizeRw: z.number().default(0),
  State: z.object({ Pid: z.number() }),
  Mounts: z.array(z.object({ Type: z.string(), Name: z.string().default('') })),
});
const Usage = z.object({
  Volumes: z
    .array(z.object({ Name: z.string(), UsageData: z.object({ Size: z.number() }).nullish() }))
    .nullish(),
});
const GONE = { State: { Pid: 0 }, Mounts: [] };

/**
 * Bytes that containers hold on disk: written over their images, in their volumes, and in files that have no name any
 * more and are still held open.
 */
export async function writtenBytes(
  { docker, inspector }: { readonly docker: Docker; readonly inspector: Inspector },
  containers: readonly Docker.Container[],
  signal: AbortSignal,
): Promise<number> {
  const volumes = new Set<string>();
  let bytes = 0;
  for (const container of containers) {
    // `size` isn't in the types, though dockerode passes it on to the engine.
    const options = { abortSignal: signal, size: true };
    const asked = container.inspect(options).catch((error: unknown) => {
      if (statusOf(error) === 404) return GONE;
      throw error;
    });
    const {
      SizeRw: named,
      State: state,
      Mounts: mounts,
    } = Measured.parse(await engineCall('inspect', asked));
    bytes += named;
    // Where it ends at this moment, what it held open is free again.
    if (state.Pid > 0) bytes += await inspector.deletedBytes(state.Pid, signal).catch(() => 0);
    for (const { Type, Name } of mounts) if (Type === 'volume') volumes.add(Name);
  }
  return bytes + (await volumeBytes(docker, volumes));
}

async function volumeBytes(docker: Docker, names: ReadonlySet<string>): Promise<number> {
  if (names.size === 0) return 0;
  const { Volumes: volumes } = Usage.parse(await engineCall('disk of volumes', docker.df()));
  return (volumes ?? [])
    .filter(({ Name }) => names.has(Name))
    .reduce((sum, { UsageData }) => sum + Math.max(0, UsageData?.Size ?? 0), 0);
}
