import { describe, expect, it } from 'vitest';
import type { BuildStep, ImageFacts, ImageLayer } from '../../../src/app/ports/bench.ts';
import type { Edit, FinishedBuild, Readiness } from '../../../src/app/ports/subject.ts';
import { buildCache } from '../../../src/checks/build-cache.ts';
import { textFile, textOf } from '../../../src/core/file-set.ts';
import { fakeSubject } from './support/fake-subject.ts';
import { BASE, buildOf, builtBy, file, imageOf, layer, step } from './support/image.ts';

const signal = AbortSignal.timeout(10_000);
const ADDED = '/usr/local/lib/python3.11/site-packages/gradermark/__init__.py';
const FILES = new Map([
  ['requirements.txt', textFile('fastapi\n')],
  ['src/appcore/__init__.py', textFile('')],
]);

interface Trial {
  readonly dockerfile: string;
  /** Steps as `[stage, index, instruction]`. */
  readonly steps: readonly (readonly [string, number, string])[];
  /** Indexes of the rows that ran for edited sources and for an edited manifest. */
  readonly ranForSources: readonly number[];
  /** Where the builder ran other rows for a second edit of the sources. */
  readonly ranForSourcesAgain?: readonly number[];
  readonly ranForManifest: readonly number[];
  readonly ranAgain?: readonly number[];
  readonly layers?: readonly ImageLayer[];
  /** Compiled files of the packages as submitted and with edited sources. */
  readonly compiled?: readonly [string, string];
  readonly readiness?: Readiness;
  /** The image as submitted holds the package already. */
  readonly isThere?: boolean;
}

/** Runs the check on builds that come out as the trial says, and keeps what was edited. */
async function run(trial: Trial) {
  const edits: Edit[] = [];
  const build = buildOf('submitted', stepsOf(trial, []));
  const subject = fakeSubject({
    service: builtBy(trial.dockerfile),
    build,
    rebuild: (edit) => {
      edits.push(edit);
      const isSecond = edits.filter(({ freshBuildId }) => freshBuildId).length > 1;
      return Promise.resolve({ ok: true, build: builtWith(trial, edit, isSecond) });
    },
    imageFacts: () =>
      Promise.resolve(
        factsOf(trial.isThere === true ? trial : { ...trial, layers: [] }, trial.compiled?.[0]),
      ),
    imageFactsOf: ({ image }) =>
      Promise.resolve(factsOf(trial, image.id === 'sources' ? trial.compiled?.[1] : trial.compiled?.[0])),
    serve: () => Promise.resolve(trial.readiness ?? { state: 'answered', tookMs: 1 }),
  });
  const outcome = await buildCache.run(subject, buildCache.schema.parse({}), signal);
  return { outcome, edits };
}

function builtWith(trial: Trial, edit: Edit, isSecond: boolean): FinishedBuild {
  const ranForSources = (isSecond ? trial.ranForSourcesAgain : undefined) ?? trial.ranForSources;
  if (edit.freshBuildId) return buildOf('sources', stepsOf(trial, ranForSources));
  const isManifest = textOf(edit.files(FILES), 'requirements.txt') !== 'fastapi\n';
  if (isManifest) return buildOf('manifest', stepsOf(trial, trial.ranForManifest));
  return buildOf('identical', stepsOf(trial, trial.ranAgain ?? []));
}

function stepsOf({ steps }: Trial, ran: readonly number[]): BuildStep[] {
  return steps.map(([stage, index, text], row) => step(stage, index, text, !ran.includes(row)));
}

function factsOf({ layers = [] }: Trial, compiled?: string): ImageFacts {
  const pyc = file(ADDED.replace('gradermark/__init__.py', 'fastapi/__pycache__/app.pyc'), 10, compiled);
  const more = compiled === undefined ? [] : [layer('COPY /packages /packages # buildkit', [pyc])];
  return imageOf([BASE, ...layers, ...more]);
}

const installed = layer('RUN /bin/sh -c pip install -r requirements.txt # buildkit', [file(ADDED, 30)]);

const RIGHT: Trial = {
  dockerfile: 'FROM slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY src/ src/\n',
  steps: [
    ['', 2, 'COPY requirements.txt .'],
    ['', 3, 'RUN pip install -r requirements.txt'],
    ['', 4, 'COPY src/ src/'],
  ],
  ranForSources: [2],
  ranForManifest: [0, 1, 2],
  layers: [installed],
};

const WRONG: Trial = {
  dockerfile: 'FROM slim\nCOPY . .\nRUN pip install -r requirements.txt\n',
  steps: [
    ['', 2, 'COPY . .'],
    ['', 3, 'RUN pip install -r requirements.txt'],
  ],
  ranForSources: [0, 1],
  ranForManifest: [0, 1],
  layers: [installed],
};

/** Another stage installs; the image takes over what it installed. */
const BUILDER: Trial = {
  dockerfile:
    'FROM slim AS builder\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nRUN pip install .\nFROM slim\nCOPY --from=builder /packages /packages\n',
  steps: [
    ['builder', 2, 'COPY requirements.txt .'],
    ['builder', 3, 'RUN pip install -r requirements.txt'],
    ['builder', 4, 'COPY . .'],
    ['builder', 5, 'RUN pip install .'],
    ['stage-1', 2, 'COPY --from=builder /packages /packages'],
  ],
  ranForSources: [2, 3, 4],
  ranForManifest: [0, 1, 2, 3, 4],
  layers: [layer('COPY /packages /packages # buildkit', [file(ADDED, 30)])],
  compiled: ['installed once', 'installed once'],
};

describe('build-cache', () => {
  it('passes when only an edited manifest installs', async () => {
    const { outcome, edits } = await run(RIGHT);

    expect(outcome.status).toBe('passed');
    expect(edits.map(({ freshBuildId }) => freshBuildId)).toEqual([false, true, false]);
  });

  it('names the first step that ran for edited sources', async () => {
    const { outcome } = await run(WRONG);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'reinstalled' });
    expect(outcome.observed).toContain('line 2 (`COPY . .`)');
    expect(outcome.evidence[0]).toMatchObject({
      steps: [
        { line: 2, cells: ['cached', 'cached', 'ran', 'ran'] },
        { line: 3, note: 'installs the dependencies' },
      ],
    });
  });

  it('holds against nobody that the builder ran a step once and took it from its cache the next time', async () => {
    const { outcome, edits } = await run({ ...RIGHT, ranForSources: [1, 2], ranForSourcesAgain: [2] });

    expect(outcome.status).toBe('passed');
    expect(edits.map(({ freshBuildId }) => freshBuildId)).toEqual([false, true, false, true]);
  });

  it('knows a step again that another build gave its name to', async () => {
    const { outcome } = await run({
      ...RIGHT,
      steps: [
        ['', 4, 'COPY requirements.txt .'],
        ['deps', 2, 'RUN pip install -r requirements.txt'],
        ['', 4, 'COPY src/ src/'],
      ],
    });

    expect(outcome.status).toBe('passed');
  });

  it('lets another stage install the project again, as long as the packages stay as they were', async () => {
    expect((await run(BUILDER)).outcome.status).toBe('passed');
  });

  it('notices that another stage installed the packages again', async () => {
    const { outcome } = await run({ ...BUILDER, compiled: ['installed once', 'installed anew'] });

    expect(outcome.finding).toBe('reinstalled');
  });

  it('notices that the only step of another stage ran again, whatever it is called', async () => {
    const { outcome } = await run({
      dockerfile:
        'FROM slim AS builder\nCOPY . .\nRUN sh build.sh\nFROM slim\nCOPY --from=builder /packages /packages\n',
      steps: [
        ['builder', 2, 'COPY . .'],
        ['builder', 3, 'RUN sh build.sh'],
        ['stage-1', 2, 'COPY --from=builder /packages /packages'],
      ],
      ranForSources: [0, 1],
      ranForManifest: [0, 1, 2],
      layers: BUILDER.layers ?? [],
    });

    expect(outcome.finding).toBe('reinstalled');
  });

  it('fails when the added package is in no layer', async () => {
    expect((await run({ ...RIGHT, layers: [] })).outcome.finding).toBe('package-absent');
  });

  it('fails when the package is there whatever the manifest names', async () => {
    const { outcome } = await run({ ...RIGHT, ranForManifest: [2], isThere: true });

    expect(outcome.finding).toBe('manifest-ignored');
  });

  it('passes when the result of an edited manifest was in the cache already', async () => {
    expect((await run({ ...RIGHT, ranForManifest: [0] })).outcome.status).toBe('passed');
  });

  it('fails when edited sources are not served', async () => {
    const readiness: Readiness = { state: 'other-answer', answer: '{"build":"old"}', tookMs: 1 };

    expect((await run({ ...RIGHT, readiness })).outcome.finding).toBe('stale-sources');
  });

  it('decides nothing when the control build is not cached', async () => {
    const { outcome, edits } = await run({ ...RIGHT, ranAgain: [0] });

    expect(outcome.status).toBe('inconclusive');
    expect(edits).toHaveLength(2);
  });

  it('gives every edited manifest a text of its own', async () => {
    const texts = await Promise.all(
      [1, 2].map(async () => {
        const { edits } = await run(RIGHT);
        return edits.at(-1)?.files(FILES).get('requirements.txt')?.bytes.toString();
      }),
    );

    expect(texts[0]).not.toBe(texts[1]);
  });
});
