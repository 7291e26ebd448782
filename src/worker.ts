import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { proveGrader } from './app/prove-grader.ts';
import { composeCanary, composeGrader, composeScenarios } from './compose-grader.ts';
import { startWorker } from './compose-worker.ts';
import { loadConfig } from './config.ts';
import { untilEnded } from './until-ended.ts';

const SCENARIOS = fileURLToPath(new URL('../scenarios', import.meta.url));
const config = loadConfig(process.env);
const log = pino({ level: config.logLevel });
const scenarios = await composeScenarios(SCENARIOS);
const { engine, worker: settings } = config;
const grader = await composeGrader({
  ...(engine.host !== null && { engineHost: engine.host }),
  ...(engine.runtime !== null && { runtime: engine.runtime }),
  slots: settings.slots,
  builds: {
    memoryMiB: engine.buildMemoryMiB,
    processes: engine.buildProcesses,
    diskMiB: engine.buildDiskMiB,
  },
  diskFloorMiB: engine.diskFloorMiB,
  buildCacheGiB: engine.buildCacheGiB,
});
await grader.warm();
const canary = await composeCanary(SCENARIOS, scenarios);
const worker = await startWorker(config, {
  log,
  scenarios,
  grade: grader.grade,
  prove: async (signal) => (await holesOfEngine()) ?? proveGrader(grader.grade, canary, signal),
  tidy: grader.tidy,
  engine: grader.engine,
});
log.info({ worker: worker.id, slots: settings.slots }, 'taking runs');

const signal = await untilEnded();
log.info({ signal }, 'ending: what runs may end, or is handed back');
await worker[Symbol.asyncDispose]();
await grader[Symbol.asyncDispose]();
// Whatever still holds the process has had its time.
process.exit(0);

/** Says so of an engine that runs shouldn't be trusted to, and warns of what may be wrong with it. */
async function holesOfEngine(): Promise<string | undefined> {
  const holes = await grader.holes();
  for (const hole of holes) log.warn(hole, 'a way out of a container is known of this engine');
  const open = holes.filter(({ state }) => state === 'open').map(({ message }) => message);
  if (open.length === 0 || engine.holes === 'warn') return undefined;
  return `${open.join('; ')}. Update the engine, or set ENGINE_HOLES=warn to take runs all the same`;
}
