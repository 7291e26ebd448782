import { CONTAINER_CAPABILITIES } from '../../../src/core/container-capabilities.ts';
import type { Limits } from '../../../src/core/scenario.ts';
import type { SeenContainer } from './seen-container.ts';

/** Where we do something else than Compose on purpose, and what that is. */
export interface Difference {
  readonly why: string;
  /** What ours looks like, given what Compose's looks like. */
  readonly ours: (theirs: SeenContainer) => Partial<SeenContainer>;
}

const MIB = 1_048_576;

/** All of them, in one place. Whatever isn't named here must be the same. `oneFiles`: where single files are mounted. */
export function deliberateDifferences(
  limits: Limits,
  resolver: string,
  oneFiles: readonly string[],
): readonly Difference[] {
  return [
    {
      why: 'Every container has the capabilities of a plain service, whichever of them the file asks for.',
      ours: () => ({ capabilities: [...CONTAINER_CAPABILITIES].sort() }),
    },
    {
      why: 'A run has limits whatever the file says; the file can only ask for less.',
      ours: ({ memoryBytes, nanoCpus, pids }) => ({
        memoryBytes: Math.min(memoryBytes || Infinity, limits.memoryMiB * MIB),
        nanoCpus: Math.min(nanoCpus || Infinity, limits.cpus * 1e9),
        pids: Math.min(pids || Infinity, limits.processes),
      }),
    },
    {
      why: 'Memory that no memory limit sees would be unlimited: /dev/shm and each tmpfs have at most 64 MiB.',
      ours: ({ shmBytes, tmpfs }) => ({
        shmBytes: Math.min(shmBytes, 64 * MIB),
        tmpfs: Object.fromEntries(
          Object.entries(tmpfs).map(([path, options]) => [path, withSize(options).sort()]),
        ),
      }),
    },
    {
      why: 'A health check is asked each second, so that what it answers is known soon; only its answers are graded.',
      ours: ({ health }) => ({
        health: {
          ...health,
          intervalMs: 1_000,
          timeoutMs: Math.min(health.timeoutMs || Infinity, 4_000),
          retries: 2,
        },
      }),
    },
    {
      why: 'A container that never stops holds up the next one: it gets 15 s at most, and the default is said aloud.',
      ours: ({ stopSeconds }) => ({ stopSeconds: Math.min(stopSeconds ?? 10, 15) }),
    },
    {
      why: 'A name without a value is handed on by Compose as it stands, and the engine takes it for a variable to leave out. The plan knows variables with values only; what the image set under that name stays.',
      ours: ({ environment }) => ({ environment: environment.filter((entry) => entry.includes('=')) }),
    },
    {
      why: 'No container of a learner may gain rights.',
      ours: () => ({ securityOptions: ['no-new-privileges'] }),
    },
    {
      why: 'The world outside is the prober, and it answers for every public resolver; without `dns` it is asked itself.',
      ours: ({ dns }) => ({ dns: dns.length > 0 ? dns : [resolver] }),
    },
    {
      why: 'Nothing is published on the machine: the prober follows the mapping instead, which the plan holds.',
      ours: () => ({ ports: [] }),
    },
    {
      why: 'Nothing of the host is mounted: a folder of the project is a volume, and a file of it is copied in. The engine copies into no read-only root.',
      ours: ({ mounts, readOnly }) => {
        const kept = mounts.filter((mount) => !oneFiles.some((path) => mount.startsWith(`bind at ${path}`)));
        return {
          mounts: kept.map((mount) => mount.replace(/^bind/, 'volume')).sort(),
          readOnly: readOnly && kept.length === mounts.length,
        };
      },
    },
  ];
}

function withSize(options: readonly string[]): string[] {
  const size = options.find((option) => option.startsWith('size='));
  const bytes = Math.min(size === undefined ? Infinity : Number(size.slice(5)), 64 * MIB);
  return [...options.filter((option) => option !== size), `size=${bytes}`];
}
