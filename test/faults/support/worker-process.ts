import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { composeGrader, composeScenarios } from '../../../src/compose-grader.ts';
import { startWorker } from '../../../src/compose-worker.ts';
import { loadConfig } from '../../../src/config.ts';

/** A worker as `src/worker.ts` is one, which takes runs without proving itself first: a test kills it soon. */
const config = loadConfig(process.env);
const grader = await composeGrader({
  ...(config.engine.host !== null && { engineHost: config.engine.host }),
  slots: 1,
  builds: { memoryMiB: config.engine.buildMemoryMiB, processes: config.engine.buildProcesses },
  buildCacheGiB: config.engine.buildCacheGiB,
});
await grader.warm();
const scenarios = await composeScenarios(fileURLToPath(new URL('../../../scenarios', import.meta.url)));
const worker = await startWorker(config, { log: pino(), scenarios, grade: grader.grade, tickMs: 60_000 });
process.stdout.write(`taking runs as ${worker.id}\n`);
