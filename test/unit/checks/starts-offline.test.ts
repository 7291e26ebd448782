import { describe, expect, it } from 'vitest';
import { startsOffline } from '../../../src/checks/starts-offline.ts';
import { fakeContainer, fakeSubject } from './support/fake-subject.ts';

function run(written: number) {
  const app = fakeContainer({ writtenBytes: () => Promise.resolve(written) });
  return startsOffline.run(fakeSubject({ app }), startsOffline.schema.parse({}), AbortSignal.timeout(5_000));
}

describe('starts-offline', () => {
  it('passes when next to nothing was written since the start', async () => {
    expect((await run(20_000)).status).toBe('passed');
  });

  it('fails when packages were unpacked at the start', async () => {
    expect((await run(30_000_000)).finding).toBe('written-at-start');
  });
});
