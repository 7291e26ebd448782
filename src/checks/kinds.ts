import type { CheckKind } from '../app/ports/check-kind.ts';
import { absentPaths } from './absent-paths.ts';
import { buildCache } from './build-cache.ts';
import { composeUp } from './compose-up.ts';
import { cpuLimit } from './cpu-limit.ts';
import { exitsWithApp } from './exits-with-app.ts';
import { healthNoticesErrors } from './health-notices-errors.ts';
import { healthcheck } from './healthcheck.ts';
import { http } from './http.ts';
import { imageSize } from './image-size.ts';
import { keepsData } from './keeps-data.ts';
import { memoryLimit } from './memory-limit.ts';
import { multiStage } from './multi-stage.ts';
import { reachable } from './reachable.ts';
import { reapsOrphans } from './reaps-orphans.ts';
import { requestLog } from './request-log.ts';
import { restarts } from './restarts.ts';
import { runUser } from './run-user.ts';
import { servedByApp } from './served-by-app.ts';
import { startsOffline } from './starts-offline.ts';
import { staysRunning } from './stays-running.ts';
import { stopsGracefully } from './stops-gracefully.ts';
import { upstream } from './upstream.ts';

const ALL: readonly CheckKind[] = [
  // Whether it runs and answers.
  http,
  staysRunning,
  exitsWithApp,
  reachable,
  servedByApp,
  upstream,
  healthcheck,
  healthNoticesErrors,
  // What the image and its builds are like.
  imageSize,
  absentPaths,
  multiStage,
  startsOffline,
  buildCache,
  // What processes do.
  reapsOrphans,
  stopsGracefully,
  runUser,
  keepsData,
  restarts,
  memoryLimit,
  cpuLimit,
  requestLog,
  composeUp,
];

/** Every kind of check that a scenario may name, by its name. */
export const CHECK_KINDS: ReadonlyMap<string, CheckKind> = new Map(ALL.map((kind) => [kind.name, kind]));
