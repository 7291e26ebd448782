import { describe, expect, it } from 'vitest';
import type { ContainerProcess } from '../../../src/app/ports/container.ts';
import { runUser } from '../../../src/checks/run-user.ts';
import { fakeContainer, fakeSubject, processOf, SERVICE } from './support/fake-subject.ts';
import { BASE, imageOf } from './support/image.ts';

const signal = AbortSignal.timeout(10_000);
const own = processOf({ uids: [999, 999, 999, 999] });

function run(processes: readonly ContainerProcess[], imageUser: string, composeUser?: string) {
  const subject = fakeSubject({
    app: fakeContainer({ processes: () => Promise.resolve(processes) }),
    service: { ...SERVICE, ...(composeUser !== undefined && { user: composeUser }) },
    imageFacts: () => Promise.resolve(imageOf([BASE], { user: imageUser })),
  });
  return runUser.run(subject, runUser.schema.parse({ user: 'appuser' }), signal);
}

describe.concurrent('run-user', () => {
  it('passes when every process runs as the user', async () => {
    expect((await run([own], 'appuser:appuser')).status).toBe('passed');
    expect((await run([own], '', 'appuser')).status).toBe('passed');
  });

  it('fails when one process has a root id, be it only the saved one', async () => {
    const outcome = await run([own, processOf({ pid: 8, uids: [999, 999, 0, 999] })], 'appuser');

    expect(outcome.finding).toBe('root');
    expect(outcome.observed).toContain('pid 8');
  });

  it('overlooks a process that gives up what the engine started it with', async () => {
    const starting = { ...own, pid: 9, hostPid: 4009, effectiveCapabilities: '00000000000000c0' };
    let looks = 0;
    const app = fakeContainer({
      processes: () => Promise.resolve(looks++ === 0 ? [own, { ...starting, uids: [0, 0, 0, 0] }] : [own]),
    });
    const subject = fakeSubject({
      app,
      imageFacts: () => Promise.resolve(imageOf([BASE], { user: 'appuser' })),
    });

    const outcome = await runUser.run(subject, runUser.schema.parse({ user: 'appuser' }), signal);

    expect(outcome.status).toBe('passed');
  });

  it('fails when a process holds capabilities', async () => {
    const capable = { ...own, effectiveCapabilities: '00000000000000c0' };

    expect((await run([capable], 'appuser')).finding).toBe('capabilities');
  });

  it('knows the user by its number, whoever changed to it', async () => {
    const subject = fakeSubject({
      app: fakeContainer({ processes: () => Promise.resolve([own]) }),
      imageFacts: () => Promise.resolve({ ...imageOf([BASE]), users: [{ name: 'appuser', uid: 999 }] }),
    });

    const outcome = await runUser.run(subject, runUser.schema.parse({ user: 'appuser' }), signal);

    expect(outcome.status).toBe('passed');
  });

  it('fails for another user, and believes compose.yaml before the image', async () => {
    expect((await run([own], 'nobody')).finding).toBe('other-user');
    expect((await run([own], 'appuser', 'nobody')).finding).toBe('other-user');
  });
});
