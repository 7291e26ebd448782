import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { startApi } from './compose-api.ts';
import { composeScenarios } from './compose-grader.ts';
import { loadConfig } from './config.ts';
import { untilEnded } from './until-ended.ts';

const config = loadConfig(process.env);
const log = pino({ level: config.logLevel });
const pages = fileURLToPath(new URL('../dist/web', import.meta.url));
const scenarios = await composeScenarios(fileURLToPath(new URL('../scenarios', import.meta.url)));
const api = await startApi(config, { log, scenarios, ...(existsSync(pages) && { pages }) });
log.info({ url: api.url, scenarios: scenarios.size }, 'listening');

const signal = await untilEnded();
log.info({ signal }, 'ending');
await api[Symbol.asyncDispose]();
