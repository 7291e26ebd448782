import type { CheckKind } from '../app/ports/check-kind.ts';
import { exitsWithApp } from './exits-with-app.ts';
import { healthNoticesErrors } from './health-notices-errors.ts';
import { healthcheck } from './healthcheck.ts';
import { http } from './http.ts';
import { reachable } from './reachable.ts';
import { servedByApp } from './served-by-app.ts';
import { staysRunning } from './stays-running.ts';
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
  // What processes do.
];

/** Every kind of check that a scenario may name, by its name. */
export const CHECK_KINDS: ReadonlyMap<string, CheckKind> = new Map(ALL.map((kind) => [kind.name, kind]));
