import { describe, expect, it } from 'vitest';
import { staysRunning } from '../../../src/checks/stays-running.ts';
import {
  exited,
  fakeContainer,
  fakeSubject,
  processOf,
  RUNNING,
  waitedInVain,
} from './support/fake-subject.ts';

const signal = AbortSignal.timeout(10_000);
const briefly = staysRunning.schema.parse({ seconds: 0.5 });

describe('stays-running', () => {
  it('passes a main process that goes on', async () => {
    const outcome = await staysRunning.run(fakeSubject(), briefly, signal);

    expect(outcome.status).toBe('passed');
  });

  it('explains the exit code and shows the last log lines of one that ended', async () => {
    const app = fakeContainer({
      log: () => Promise.resolve({ lines: ['No module named appcore.main'], truncated: false }),
    });
    const subject = fakeSubject({ app, readiness: { state: 'ended', container: exited(1), tookMs: 310 } });

    const outcome = await staysRunning.run(subject, briefly, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'exited' });
    expect(outcome.observed).toContain('exit code 1');
    expect(outcome.evidence[0]).toMatchObject({ type: 'exit', exitCode: 1 });
    expect(outcome.evidence[1]).toMatchObject({ type: 'log', lines: ['No module named appcore.main'] });
  });

  it.each([
    ['finished', exited(0)],
    ['out-of-memory', exited(137, { oomKilled: true })],
    [
      'not-started',
      exited(127, { status: 'refused', startError: 'exec: "serve": executable file not found in $PATH' }),
    ],
    ['not-started', waitedInVain(false)],
    ['restarts', exited(1, { restartCount: 4 })],
  ])('finds `%s` in how it ended', async (finding, container) => {
    const subject = fakeSubject({ readiness: { state: 'ended', container, tookMs: 310 } });

    const outcome = await staysRunning.run(subject, briefly, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding });
  });

  it('leaves open whether more time would have helped one that waited until it was over', async () => {
    const subject = (byTime: boolean) =>
      fakeSubject({ readiness: { state: 'ended', container: waitedInVain(byTime), tookMs: 310 } });

    expect((await staysRunning.run(subject(true), briefly, signal)).byTime).toBe('late');
    expect((await staysRunning.run(subject(false), briefly, signal)).byTime).toBeUndefined();
  });

  it('fails a container that the engine restarts while it is watched', async () => {
    let looks = 0;
    const app = fakeContainer({
      state: () => Promise.resolve({ ...RUNNING, startedAt: `2030-01-01T00:00:0${looks++}Z` }),
    });

    const outcome = await staysRunning.run(fakeSubject({ app }), briefly, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'restarts' });
  });

  it('fails a container that ends while it is watched', async () => {
    let looks = 0;
    const app = fakeContainer({ state: () => Promise.resolve(looks++ === 0 ? RUNNING : exited(3)) });

    const outcome = await staysRunning.run(fakeSubject({ app }), briefly, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'exited' });
  });

  it('fails when another process has become the main one', async () => {
    let looks = 0;
    const app = fakeContainer({ processes: () => Promise.resolve([processOf({ startTicks: looks++ })]) });

    const outcome = await staysRunning.run(fakeSubject({ app }), briefly, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'restarts' });
  });
});
