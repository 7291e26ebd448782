import { describe, expect, it } from 'vitest';
import { startsOffline } from '../../../src/checks/starts-offline.ts';
import { fakeContainer, fakeSubject } from './support/fake-subject.ts';
import { BASE, file, gone, imageOf, layer } from './support/image.ts';

const PACKAGE = layer('RUN pip install', [file('/packages/fastapi/__init__.py', 100)]);

function run(written: number, parameters: unknown = {}, layers = [BASE, PACKAGE]) {
  const app = fakeContainer({ writtenBytes: () => Promise.resolve(written) });
  const subject = fakeSubject({ app, imageFacts: () => Promise.resolve(imageOf(layers)) });
  return startsOffline.run(subject, startsOffline.schema.parse(parameters), AbortSignal.timeout(5_000));
}

describe('starts-offline', () => {
  it('passes when next to nothing was written since the start', async () => {
    expect((await run(20_000)).status).toBe('passed');
  });

  it('fails when packages were unpacked at the start', async () => {
    expect((await run(30_000_000)).finding).toBe('written-at-start');
  });

  it('fails when packages were unpacked where nothing is counted', async () => {
    const holds = ['**/fastapi/__init__.py'];
    const removing = layer('RUN rm -r /packages', [gone('/packages')]);

    expect((await run(0, { holds })).status).toBe('passed');
    expect((await run(0, { holds }, [BASE])).finding).toBe('not-in-image');
    expect((await run(0, { holds }, [BASE, PACKAGE, removing])).finding).toBe('not-in-image');
  });
});
