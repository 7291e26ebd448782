import { pino } from 'pino';
import { startWorker } from '../../../src/compose-worker.ts';
import { loadConfig } from '../../../src/config.ts';
import { untilEnded } from '../../../src/until-ended.ts';
import { FakeGrader } from './fake-grader.ts';
import { fakeScenario } from './fake-scenario.ts';

/** A worker as a process of its own, with the fake grader: it needs no engine. */
const config = loadConfig(process.env);
const worker = await startWorker(config, {
  log: pino({ level: config.logLevel }),
  scenarios: new Map([['port-bind', fakeScenario()]]),
  grade: new FakeGrader().grade,
  tickMs: 200,
});
process.stdout.write(`taking runs as ${worker.id}\n`);
await untilEnded();
await worker[Symbol.asyncDispose]();
