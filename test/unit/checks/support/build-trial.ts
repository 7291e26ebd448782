import type { BuildStep, ImageFacts, ImageLayer } from '../../../../src/app/ports/bench.ts';
import type { Edit, FinishedBuild, Readiness } from '../../../../src/app/ports/subject.ts';
import { buildCache } from '../../../../src/checks/build-cache.ts';
import { textFile, textOf } from '../../../../src/core/file-set.ts';
import { fakeSubject } from './fake-subject.ts';
import { BASE, buildOf, builtBy, file, imageOf, layer, step } from './image.ts';

const signal = AbortSignal.timeout(10_000);
export const ADDED = '/usr/local/lib/python3.11/site-packages/gradermark/__init__.py';
export const FILES = new Map([
  ['requirements.txt', textFile('fastapi\n')],
  ['src/appcore/__init__.py', textFile('')],
]);

export interface Trial {
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
  /** Of the stage that the image copies from. */
  readonly stageLayers?: readonly ImageLayer[];
  /** Compiled files of the packages as submitted and with edited sources. */
  readonly compiled?: readonly [string, string];
  readonly readiness?: Readiness;
  /** The image as submitted holds the package already. */
  readonly isThere?: boolean;
}

/** Runs the check on builds that come out as the trial says, and keeps what was edited. */
export async function run(trial: Trial) {
  const edits: Edit[] = [];
  const stagesBuilt: string[] = [];
  const build = buildOf('submitted', stepsOf(trial, []));
  const subject = fakeSubject({
    service: builtBy(trial.dockerfile),
    build,
    rebuild: (edit) => {
      edits.push(edit);
      const isSecond = edits.filter(({ freshBuildId }) => freshBuildId).length > 1;
      return Promise.resolve({ ok: true, build: builtWith(trial, edit, isSecond) });
    },
    buildStage: (_build, { target }) => {
      stagesBuilt.push(target);
      return Promise.resolve({ ok: true, build: buildOf('stage', []) });
    },
    imageFacts: () =>
      Promise.resolve(
        factsOf(trial.isThere === true ? trial : { ...trial, layers: [] }, trial.compiled?.[0]),
      ),
    imageFactsOf: ({ image }) =>
      image.id === 'stage'
        ? Promise.resolve(imageOf([BASE, ...(trial.stageLayers ?? [])]))
        : Promise.resolve(factsOf(trial, image.id === 'sources' ? trial.compiled?.[1] : trial.compiled?.[0])),
    serve: () => Promise.resolve(trial.readiness ?? { state: 'answered', tookMs: 1 }),
  });
  const parameters = buildCache.schema.parse({});
  const judged = await buildCache.prepare?.(subject, parameters, signal);
  if (judged === undefined) throw new Error('the check has nothing to prepare');
  const outcome = await buildCache.run(subject, parameters, signal, judged);
  return { outcome, edits, stagesBuilt };
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

export const installed = layer('RUN /bin/sh -c pip install -r requirements.txt # buildkit', [
  file(ADDED, 30),
]);

export const RIGHT: Trial = {
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

export const WRONG: Trial = {
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
export const BUILDER: Trial = {
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
