import { setTimeout as sleep } from 'node:timers/promises';
import { runScript } from '../../../../scripts/steps/ending.ts';

/** Waits as steps do that know nothing of us: what they throw when they are cut off is their own. */
await runScript(async (signal) => {
  process.stdout.write('waits\n');
  await sleep(60_000, undefined, { signal });
  return 0;
});
