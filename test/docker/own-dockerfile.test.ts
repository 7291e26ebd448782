import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walk } from '../../src/adapters/files/walk.ts';
import type { BenchPool } from '../../src/adapters/docker/bench-pool.ts';
import type { Bench } from '../../src/app/ports/bench.ts';
import { buildContext } from '../../src/app/prepare-files.ts';
import { finishedBuild, RunSubject } from '../../src/app/run-subject.ts';
import { CHECK_KINDS } from '../../src/checks/kinds.ts';
import { composeScenarios } from '../../src/compose-grader.ts';
import { textFile, textOf, type FileEntry, type FileSet } from '../../src/core/file-set.ts';
import type { BuildPlan, Plan } from '../../src/core/plan.ts';
import type { Scenario } from '../../src/core/scenario-bundle.ts';
import { compileSubmission } from '../../src/policy/compile-submission.ts';
import { testBases, testEngine, testPool } from './support/engine.ts';
import { makeNodeImages, type NodeImages } from './support/node-images.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const FILES = ['Dockerfile', '.dockerignore', '.npmrc', 'package.json', 'package-lock.json'];
const SETTINGS = ['prisma.config.ts', 'tsconfig.json', 'vite.config.ts'];
const FOLDERS = ['bases', 'prisma', 'scenarios', 'scripts', 'src'];
const LIMITS = { files: 5000, totalBytes: 64 * 1_048_576, depth: 32 };
/** The criteria of the lab `production` that a Dockerfile alone decides; those of compose are its file's. */
const CRITERIA = ['size', 'multi-stage', 'user', 'context', 'health'];

/** What we ask of learners holds for ourselves. */
describe('our own Dockerfile', () => {
  const signal = AbortSignal.timeout(560_000);
  let images: NodeImages;
  let pool: BenchPool;
  let bench: Bench;
  let lab: Scenario;
  let files: FileSet;
  let plan: Plan;
  let subject: RunSubject;

  beforeAll(async () => {
    const docker = testEngine();
    const base = (await testBases(docker)).get('python:3.11-slim') ?? '';
    images = await makeNodeImages(docker, base, PROJECT);
    pool = await testPool(docker, 1);
    bench = await pool.take(`own-${Date.now().toString(36)}`, signal);
    files = await projectFiles();
    const production = (await composeScenarios(join(PROJECT, 'scenarios'))).get('production');
    if (production === undefined) throw new Error('there is no lab called production');
    lab = { ...production, port: 8080, limits: { ...production.limits, startSeconds: 4, buildSeconds: 300 } };
    plan = planOf(files, images);
    const context = buildContext(lab, files);
    const request = {
      plan: buildOf(plan),
      context: context.files,
      limits: lab.limits,
      onLog: () => undefined,
    };
    const built = await bench.build(request, signal);
    if (!built.ok) throw new Error(`${built.message}\n${built.logTail.join('\n')}`);
    subject = new RunSubject({
      scenario: lab,
      plan,
      bench,
      context,
      upstream: { name: '', url: '', address: '', body: '', nonce: '' },
      build: finishedBuild(built, context.buildId, context),
      images: new Map([['api', built.image]]),
    });
    await subject.refresh(signal);
  }, 400_000);

  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
    await pool[Symbol.asyncDispose]();
    await images[Symbol.asyncDispose]();
  });

  it.each(CRITERIA)('meets the criterion %s of our own lab', async (id) => {
    const check = lab.checks.find((each) => each.id === id);
    const kind = CHECK_KINDS.get(check?.kind ?? '');
    if (check === undefined || kind === undefined) throw new Error(`the lab has no check ${id}`);

    const parameters = kind.schema.parse(check.with);
    const prepared = await kind.prepare?.(subject, parameters, signal);
    const outcome = await kind.run(subject, parameters, signal, prepared);

    expect(outcome).toMatchObject({ status: 'passed' });
  });

  it('answers when it is run', async () => {
    const probe = { method: 'GET', path: '/healthz', headers: {}, timeoutMs: 5_000 };
    await expect
      .poll(() => subject.app.request(8080, probe, signal), { timeout: 30_000 })
      .toMatchObject({ ok: true, status: 200 });
  });

  it('installs nothing again when sources alone were edited', async () => {
    const edited = new Map(files).set(
      'src/server.ts',
      textFile(`${textOf(files, 'src/server.ts')}\n// edited\n`),
    );
    const context = buildContext(lab, edited).files;
    const request = { plan: buildOf(plan), context, limits: lab.limits, onLog: () => undefined };
    const built = await bench.build(request, signal);
    if (!built.ok) throw new Error(built.message);

    const cached = (word: string): boolean | undefined =>
      built.steps.find(({ instruction }) => instruction.includes(word))?.cached;
    expect(cached('npm ci')).toBe(true);
    expect(cached('npm run bundle')).toBe(false);
  }, 300_000);
});

async function projectFiles(): Promise<FileSet> {
  const whole = new Map<string, FileEntry>();
  const { files: top } = await walk(PROJECT, LIMITS, (name) =>
    [...FILES, ...SETTINGS].includes(name) ? undefined : 'not sent',
  );
  for (const [path, entry] of top) whole.set(path, entry);
  for (const folder of FOLDERS) {
    const { files } = await walk(join(PROJECT, folder), LIMITS, (name) =>
      name === '__pycache__' ? 'compiled Python' : undefined,
    );
    for (const [path, entry] of files) whole.set(`${folder}/${path}`, entry);
  }
  return whole;
}

/** By the policy that holds for learners; addresses of services are the operator's to give. */
function planOf(files: FileSet, images: NodeImages): Plan {
  const bases = new Map([
    ['node:20-bookworm-slim', images.node],
    ['debian:bookworm-slim', images.runtime],
  ]);
  const outcome = compileSubmission(files, {
    resolveBase: (reference) => bases.get(reference),
    allowedBases: [...bases.keys()],
    service: 'api',
    planted: [],
    port: 8080,
  });
  if (!outcome.accepted) throw new Error(JSON.stringify(outcome.refusals));
  const environment = {
    DATABASE_URL: 'postgresql://nobody@127.0.0.1/none',
    REDIS_URL: 'redis://127.0.0.1:6379',
  };
  return { ...outcome.plan, services: outcome.plan.services.map((service) => ({ ...service, environment })) };
}

function buildOf(plan: Plan): BuildPlan {
  const image = plan.services[0]?.image;
  if (image?.from !== 'build') throw new Error('the plan builds nothing');
  return image.build;
}
