import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchPool } from '../../src/adapters/docker/bench-pool.ts';
import { loadSpecimens } from '../../src/adapters/files/load-specimens.ts';
import { grade, type Policy } from '../../src/app/grade.ts';
import { CHECK_KINDS } from '../../src/checks/kinds.ts';
import { composeScenarios } from '../../src/compose-grader.ts';
import type { Scenario } from '../../src/core/scenario-bundle.ts';
import { compileSubmission } from '../../src/policy/compile-submission.ts';
import { type CountingEngine, countingEngine } from './support/counting-engine.ts';
import { testBases, testPool } from './support/engine.ts';

const SCENARIOS = fileURLToPath(new URL('../../scenarios', import.meta.url));

/**
 * Calls that only look at a container. A check that waits looks until it has seen enough, so their number grows with
 * the time that the container takes for its part: they are held to so many, and so many more a second.
 */
const LOOKS = ['GET /containers/*/json', 'GET /containers/*/json?size', 'GET /containers/*/logs'];
const MOST_LOOKS_A_SECOND = 8;
/** Several times what the longest of them takes on a quiet machine. */
const MOST_MS = 400_000;

interface Expected {
  readonly lab: string;
  readonly solution: string;
  readonly looks: number;
  readonly calls: Readonly<Record<string, number>>;
}

/** A build with the two questions for its size, a container, and what removes both and finds nothing left. */
const ONE_CONTAINER = {
  'POST /build': 1,
  'GET /images/*/json': 1,
  'GET /images/*/history': 1,
  'POST /containers/create': 1,
  'POST /containers/*/start': 1,
  'DELETE /containers/*': 1,
  'GET /images/json': 1,
  'DELETE /images/*': 1,
  'GET /containers/json': 1,
};

const EXPECTED: readonly Expected[] = [
  { lab: 'port-bind', solution: 'all-interfaces', looks: 10, calls: ONE_CONTAINER },
  { lab: 'exit-immediately', solution: 'app-dir', looks: 15, calls: ONE_CONTAINER },
  {
    lab: 'production',
    solution: 'course',
    looks: 40,
    // Three more builds for the cache. The layers of two images are read by way of a container that is never started:
    // the one that was submitted, and the one with a package more. A container of its own for each check that ends it.
    calls: {
      ...ONE_CONTAINER,
      'POST /build': 4,
      // Beside each build's, those two images', each with the base images that its layers are compared with.
      'GET /images/*/json': 10,
      'GET /images/*/history': 4,
      'GET /info': 2,
      'GET /containers/*/archive': 2,
      'POST /containers/create': 5,
      'POST /containers/*/start': 3,
      'DELETE /containers/*': 5,
      'DELETE /images/*': 4,
    },
  },
];

/** Counted on the wire before the real engine, with all that clears the bench again. */
describe('what a run asks of the engine', () => {
  let engine: CountingEngine;
  let pool: BenchPool;
  let policy: Policy;
  let scenarios: ReadonlyMap<string, Scenario>;

  beforeAll(async () => {
    const host = process.env['DOCKER_HOST'];
    if (host === undefined) throw new Error('DOCKER_HOST is not set: run the tests by `npm test`');
    engine = await countingEngine(host);
    const bases = await testBases(engine.docker);
    pool = await testPool(engine.docker, 1);
    policy = (files, { service, port }) =>
      compileSubmission(files, {
        resolveBase: (reference) => bases.get(reference),
        allowedBases: [...bases.keys()],
        service,
        planted: [],
        port,
      });
    scenarios = await composeScenarios(SCENARIOS);
    await callsUntilCleared(() => Promise.resolve());
  });

  afterAll(async () => {
    await pool[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
  });

  /** The bench is lent again only once it was cleared, so who takes it next knows that nothing more is asked. */
  async function callsUntilCleared(act: () => Promise<unknown>): Promise<Map<string, number>> {
    await act();
    const bench = await pool.take('next', AbortSignal.timeout(60_000));
    const calls = engine.take();
    await bench[Symbol.asyncDispose]();
    return new Map(calls);
  }

  it.each(EXPECTED)(
    'is a stated number for $lab',
    async ({ lab, solution, looks, calls: expected }) => {
      const scenario = scenarios.get(lab);
      if (scenario === undefined) throw new Error(`there is no scenario ${lab}`);
      const specimens = await loadSpecimens(join(SCENARIOS, lab), scenario);
      const specimen = specimens.find(({ kind, name }) => kind === 'solution' && name === solution);
      if (specimen === undefined) throw new Error(`${lab} has no solution ${solution}`);
      const job = { runId: `counted-${lab}`, scenario, files: specimen.files };
      const deps = { benches: pool, policy, kinds: CHECK_KINDS };
      // Taking and giving back a bench is measured with each run: without one, that is all.
      const without = await callsUntilCleared(() => Promise.resolve());

      const began = performance.now();
      let verdict = '';
      const calls = await callsUntilCleared(async () => {
        verdict = (await grade(deps, job, () => undefined, AbortSignal.timeout(MOST_MS))).verdict;
      });
      const seconds = (performance.now() - began) / 1000;
      for (const [kind, count] of without) calls.set(kind, (calls.get(kind) ?? 0) - count);
      const looked = LOOKS.reduce((sum, kind) => sum + (calls.get(kind) ?? 0), 0);
      const others = [...calls].filter(([kind]) => !LOOKS.includes(kind));

      expect(verdict).toBe('passed');
      expect(Object.fromEntries(others)).toEqual(expected);
      expect(looked).toBeGreaterThan(0);
      expect(looked, `looks in ${seconds.toFixed(1)} s`).toBeLessThanOrEqual(
        looks + MOST_LOOKS_A_SECOND * seconds,
      );
    },
    MOST_MS + 60_000,
  );
});
