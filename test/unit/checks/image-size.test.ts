import { describe, expect, it } from 'vitest';
import { imageSize } from '../../../src/checks/image-size.ts';
import { BASE, file, gone, imageSubject, layer } from './support/image.ts';

const MB = 1_000_000;
const DOCKERFILE = 'FROM python:3.11-slim\n\nCOPY data.bin /app/\nRUN rm /app/data.bin\n';
const signal = AbortSignal.timeout(10_000);

const copied = layer('COPY data.bin /app/ # buildkit', [file('/app/data.bin', 40 * MB)]);
const removed = layer('RUN /bin/sh -c rm /app/data.bin # buildkit', [gone('/app/data.bin')]);

function run(layers: Parameters<typeof imageSubject>[1], parameters: unknown) {
  return imageSize.run(imageSubject(DOCKERFILE, layers), imageSize.schema.parse(parameters), signal);
}

describe('image-size', () => {
  it('passes an image within its limits', async () => {
    const outcome = await run([BASE, copied], { totalMB: 100, overBaseMB: 50, wastedPercent: 5 });

    expect(outcome.status).toBe('passed');
  });

  it('counts what lies on top of the base image alone', async () => {
    const outcome = await run([BASE, copied], { totalMB: 100, overBaseMB: 30 });

    expect(outcome).toMatchObject({ status: 'failed', finding: 'over-base' });
    expect(outcome.observed).toContain('line 3');
  });

  it('blames a base image that is too big by itself', async () => {
    const base = layer('', [file('/usr/lib/all', 900 * MB)], true);

    const outcome = await run([base, copied], { totalMB: 300, overBaseMB: 10 });

    expect(outcome.finding).toBe('base-over');
  });

  it('charges deleted files to the layer that brought them', async () => {
    const outcome = await run([BASE, copied, removed], { wastedPercent: 5 });

    expect(outcome.finding).toBe('wasted');
    expect(outcome.evidence[0]).toMatchObject({
      layers: [{ fromBase: true }, { line: 3, wastedBytes: 40 * MB }, { line: 4, wastedBytes: 0 }],
      findings: [{ line: 3, bytes: 40 * MB }],
    });
  });

  it('overlooks waste that is next to nothing', async () => {
    const small = layer('COPY data.bin /app/ # buildkit', [file('/app/data.bin', 2000)]);

    const outcome = await run([BASE, small, removed], { wastedPercent: 5 });

    expect(outcome.status).toBe('passed');
  });

  it('takes no declaration without a limit', () => {
    expect(imageSize.schema.safeParse({}).success).toBe(false);
  });
});
