import { describe, expect, it } from 'vitest';
import { multiStage } from '../../../src/checks/multi-stage.ts';
import { BASE, file, gone, imageSubject, layer } from './support/image.ts';

const signal = AbortSignal.timeout(10_000);
const TWO =
  'FROM python:3.11 AS build\nRUN make\nFROM python:3.11-slim\nCOPY --from=build --chown=1:1 /out /app\n';

function run(dockerfile: string, layers: Parameters<typeof imageSubject>[1]) {
  return multiStage.run(imageSubject(dockerfile, layers), multiStage.schema.parse({}), signal);
}

const taken = layer('COPY --chown=1:1 /out /app # buildkit', [file('/app/result', 50_000)]);

describe('multi-stage', () => {
  it('passes when an earlier stage gave files', async () => {
    const outcome = await run(TWO, [BASE, taken]);

    expect(outcome.status).toBe('passed');
    expect(outcome.observed).toContain('`build`');
  });

  it('passes when a stage is mounted by number into the step that takes from it', async () => {
    const dockerfile =
      'FROM a\nRUN make\nFROM b\nRUN --mount=type=bind,from=0,source=/out,target=/in cp /in/x /\n';
    const made = layer('RUN /bin/sh -c cp /in/x / # buildkit', [file('/x', 50_000)]);

    expect((await run(dockerfile, [BASE, made])).status).toBe('passed');
  });

  it('fails with one stage', async () => {
    expect((await run('FROM a\nCOPY . .\n', [BASE])).finding).toBe('single-stage');
  });

  it('fails when the earlier stage is not used', async () => {
    const dockerfile = 'FROM a AS build\nRUN make\nFROM b\nCOPY . /app\n';
    const copied = layer('COPY . /app # buildkit', [file('/app/x', 50_000)]);

    expect((await run(dockerfile, [BASE, copied])).finding).toBe('unused-stage');
  });

  it('fails when the last stage only continues the earlier one', async () => {
    const dockerfile = 'FROM a AS build\nRUN make\nFROM build\nCOPY --from=build /out /app\n';

    expect((await run(dockerfile, [BASE, taken])).finding).toBe('unused-stage');
  });

  it('fails when what was taken is a token or is deleted again', async () => {
    const token = layer('COPY --chown=1:1 /out /app # buildkit', [file('/app/VERSION', 12)]);
    const deleting = layer('RUN /bin/sh -c rm /app/result # buildkit', [gone('/app/result')]);

    expect((await run(TWO, [BASE, token])).finding).toBe('nothing-taken');
    expect((await run(`${TWO}RUN rm /app/result\n`, [BASE, taken, deleting])).finding).toBe('nothing-taken');
  });
});
