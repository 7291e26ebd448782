import { describe, expect, it } from 'vitest';
import type { Readiness } from '../../../src/app/ports/subject.ts';
import { FILES, run, RIGHT, WRONG, BUILDER, installed, ADDED } from './support/build-trial.ts';
import { file, layer } from './support/image.ts';

describe('build-cache', () => {
  it('passes when only an edited manifest installs', async () => {
    const { outcome, edits } = await run(RIGHT);

    expect(outcome.status).toBe('passed');
    expect(edits.map(({ freshBuildId }) => freshBuildId)).toEqual([false, true, false]);
  });

  it('passes when a step above the cached installation only gives it another owner', async () => {
    const owned = layer('RUN /bin/sh -c chown -R app /usr/local # buildkit', [file(ADDED, 30)]);
    const { outcome } = await run({
      dockerfile: `${RIGHT.dockerfile}RUN chown -R app /usr/local\n`,
      steps: [...RIGHT.steps, ['', 5, 'RUN chown -R app /usr/local']],
      ranForSources: [2, 3],
      ranForManifest: [0, 1, 2, 3],
      layers: [installed, owned],
    });

    expect(outcome.status).toBe('passed');
    expect(outcome.observed).toContain('line 3 (`RUN pip install');
  });

  it('fails a script that installs from edited sources, whatever ran before it', async () => {
    const { outcome, stagesBuilt } = await run({
      dockerfile:
        'FROM slim\nCOPY requirements.txt .\nRUN cat requirements.txt\nCOPY . .\nRUN sh build.sh\nFROM slim\nCOPY --from=0 /packages /packages\n',
      steps: [
        ['stage-0', 2, 'COPY requirements.txt .'],
        ['stage-0', 3, 'RUN cat requirements.txt'],
        ['stage-0', 4, 'COPY . .'],
        ['stage-0', 5, 'RUN sh build.sh'],
        ['stage-1', 2, 'COPY --from=0 /packages /packages'],
      ],
      ranForSources: [2, 3, 4],
      ranForManifest: [0, 1, 2, 3, 4],
      layers: [layer('COPY /packages /packages # buildkit', [file(ADDED, 30)])],
      stageLayers: [layer('RUN /bin/sh -c sh build.sh # buildkit', [file(ADDED, 30)])],
    });

    expect(stagesBuilt).toContain('stage-0');
    expect(outcome).toMatchObject({ status: 'failed', finding: 'reinstalled' });
    expect(outcome.observed).toContain('line 5 (`RUN sh build.sh`)');
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
