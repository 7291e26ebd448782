import type Docker from 'dockerode';
import { z } from 'zod';
import type { EngineDisk, EngineWatch } from '../../app/ports/worker-watch.ts';
import { engineCall } from './engine.ts';

const PING_MS = 10_000;
/** It goes through all files of containers and volumes. */
const DISK_MS = 60_000;

const Usage = z.object({
  LayersSize: z.number().nullish(),
  Containers: z.array(z.object({ SizeRw: z.number().optional() })).nullish(),
  Volumes: z.array(z.object({ UsageData: z.object({ Size: z.number() }).nullish() })).nullish(),
  BuildCache: z.array(z.object({ Size: z.number(), Shared: z.boolean().optional() })).nullish(),
});

/** Looks at an engine from outside of runs. */
export function watchEngine(docker: Docker): EngineWatch {
  return {
    async isUp() {
      try {
        await engineCall('ping', docker.ping(), PING_MS);
        return true;
      } catch {
        return false;
      }
    },
    async disk() {
      return diskOf(await engineCall('disk', docker.df(), DISK_MS));
    },
  };
}

function diskOf(answer: unknown): EngineDisk {
  const usage = Usage.parse(answer);
  const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + Math.max(0, size), 0);
  return {
    imagesBytes: usage.LayersSize ?? 0,
    // What a step shares with an image is counted there.
    buildCacheBytes: sum((usage.BuildCache ?? []).flatMap((each) => (each.Shared ? [] : [each.Size]))),
    containersBytes: sum((usage.Containers ?? []).map(({ SizeRw }) => SizeRw ?? 0)),
    volumesBytes: sum((usage.Volumes ?? []).map(({ UsageData }) => UsageData?.Size ?? 0)),
  };
}
