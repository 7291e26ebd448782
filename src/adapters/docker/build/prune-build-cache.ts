import type Docker from 'dockerode';
import { z } from 'zod';
import { engineCall } from '../engine.ts';

/** Pruning reads and removes files, which takes its time when there is much. */
const PRUNE_MS = 120_000;

interface Modem {
  dial(
    request: { path: string; method: string; options: object; statusCodes: Record<number, true | string> },
    answered: (error: Error | null, answer: unknown) => void,
  ): void;
}
const Modem = z.custom<Modem>((value) => typeof value === 'object' && value !== null && 'dial' in value);
const Report = z.object({ SpaceReclaimed: z.number() });

/**
 * Removes the least recently used of the builder's cache until at most `keepBytes` are left.
 * @returns bytes freed. @throws GraderFault when the engine refuses or is gone.
 */
export async function pruneBuildCache(docker: Docker, keepBytes: number): Promise<number> {
  // dockerode's own call sends no options, and would remove everything.
  const modem = Modem.parse(docker.modem);
  // Engines from 28 on know the second name for what earlier ones know by the first.
  const options = { all: true, 'keep-storage': keepBytes, 'reserved-space': keepBytes };
  const request = {
    path: '/build/prune?',
    method: 'POST',
    options: { _query: options },
    statusCodes: { 200: true },
  } as const;
  const answer = new Promise((resolve, reject) => {
    modem.dial(request, (error, report) => {
      if (error) reject(error);
      else resolve(report);
    });
  });
  return Report.parse(await engineCall('prune the build cache', answer, PRUNE_MS)).SpaceReclaimed;
}
