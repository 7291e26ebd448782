import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSpecimens } from '../../src/adapters/files/load-specimens.ts';
import { composeGrader, composeScenarios, type ComposedGrader } from '../../src/compose-grader.ts';
import type { Scenario, Specimen } from '../../src/core/scenario-bundle.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const LAB = 'build-arg';

/** The lab of docs/write-a-lab.md, laid where the document says and graded as every lab is. */
describe('the example lab', () => {
  let folder: string;
  let grader: ComposedGrader;
  let scenario: Scenario;
  let specimens: readonly Specimen[];

  beforeAll(async () => {
    const engineHost = process.env['DOCKER_HOST'];
    if (engineHost === undefined) throw new Error('DOCKER_HOST is not set: run the tests by `npm test`');
    folder = await mkdtemp(join(tmpdir(), 'example-lab-'));
    await cp(join(PROJECT, 'scenarios/_service'), join(folder, '_service'), { recursive: true });
    await cp(join(PROJECT, 'docs/example-lab', LAB), join(folder, LAB), { recursive: true });
    const loaded = (await composeScenarios(folder)).get(LAB);
    if (loaded === undefined) throw new Error(`there is no scenario ${LAB}`);
    scenario = loaded;
    specimens = await loadSpecimens(join(folder, LAB), scenario);
    grader = await composeGrader({
      engineHost,
      slots: 2,
      builds: { memoryMiB: 2048, processes: 512 },
      buildCacheGiB: 20,
    });
  });

  afterAll(async () => {
    await grader[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('grades its starter, solutions and wrong fixes as they are declared', async () => {
    const signal = AbortSignal.timeout(100_000);
    const graded = await Promise.all(
      specimens.map(async (specimen) => {
        const job = { runId: `example-${specimen.name}`, scenario, files: specimen.files };
        const report = await grader.grade(job, () => undefined, signal);
        const failed = report.checks.filter(({ status }) => status === 'failed').map(({ id }) => id);
        return { name: specimen.name, verdict: report.verdict, failed };
      }),
    );

    expect(graded).toEqual(
      specimens.map(({ name, expectedVerdict, expectedFailures }) => ({
        name,
        verdict: expectedVerdict,
        failed: expectedFailures,
      })),
    );
    expect(specimens.map(({ kind }) => kind)).toContain('solution');
    expect(specimens.map(({ kind }) => kind)).toContain('wrong');
  });
});
