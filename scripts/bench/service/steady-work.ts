import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../../src/client/api-client.ts';
import { COURSE, type ServiceUnderLoad } from '../load/service-under-load.ts';
import { labSolution } from './lab-solution.ts';
import { MIXED_LABS, assignMixedLabs } from './mixed-labs.ts';
import { archiveOf, submittedRun } from './submitted-run.ts';

/** So many that none of them submits more often than one may. */
const PEOPLE = 60;
const READ_EVERY_MS = 2_000;
const RUN_MS = 300_000;

/**
 * A service at its everyday work until `signal` is aborted: `atOnce` learners at a time submit mixed labs, each
 * listening to its run, while an instructor reads the gradebook. Gives back how many verdicts there were.
 */
export async function keepWorking(
  service: ServiceUnderLoad,
  atOnce: number,
  signal: AbortSignal,
): Promise<number> {
  await assignMixedLabs(service);
  const { learners, instructor } = await service.people(PEOPLE);
  const archives = await Promise.all(
    MIXED_LABS.map(async ({ lab, solution }) => ({
      lab,
      bytes: await archiveOf((await labSolution(lab, solution)).files),
    })),
  );
  let turn = 0;
  let verdicts = 0;
  const learn = async (): Promise<void> => {
    while (!signal.aborted) {
      const mine = turn++;
      const submitted = archives[mine % archives.length];
      const token = learners[mine % learners.length];
      if (submitted === undefined || token === undefined) throw new Error('nobody is there to submit');
      const client = new ApiClient({ server: service.url, token });
      await submittedRun(client, submitted.lab, submitted.bytes, AbortSignal.timeout(RUN_MS));
      verdicts++;
    }
  };
  const teach = async (): Promise<void> => {
    while (!signal.aborted) {
      const headers = { authorization: `Bearer ${instructor}` };
      const answer = await fetch(`${service.url}/api/v1/courses/${COURSE}/gradebook`, { headers });
      await answer.arrayBuffer();
      // A busy database may ask whoever reads to come again.
      if (!answer.ok && answer.status !== 503) throw new Error(`the gradebook answers with ${answer.status}`);
      await sleep(READ_EVERY_MS);
    }
  };
  await Promise.all([teach(), ...Array.from({ length: atOnce }, learn)]);
  return verdicts;
}
