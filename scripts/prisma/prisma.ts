import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs the Prisma command with the schema engine that npm carries: `npm run db -- generate`,
 * `npm run db -- migrate dev --name …`. An engine set in the environment is left as it is.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const result = spawnSync(
  process.execPath,
  [`${root}node_modules/prisma/build/index.js`, ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      PRISMA_SCHEMA_ENGINE_BINARY: `${root}scripts/prisma/schema-engine.mjs`,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
      ...process.env,
    },
  },
);
process.exitCode = result.status ?? 1;
