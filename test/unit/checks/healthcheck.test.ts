import { describe, expect, it } from 'vitest';
import type { Container, HealthState } from '../../../src/app/ports/container.ts';
import { healthNoticesErrors } from '../../../src/checks/health-notices-errors.ts';
import { healthcheck } from '../../../src/checks/healthcheck.ts';
import { textFile, type FileSet } from '../../../src/core/file-set.ts';
import {
  BUILD,
  fakeContainer,
  fakeSubject,
  listeningAt,
  processOf,
  RUNNING,
} from './support/fake-subject.ts';

const signal = AbortSignal.timeout(20_000);
const briefly = healthcheck.schema.parse({ healthySeconds: 2, unhealthySeconds: 2 });
const service = processOf();

/** A container whose health is what `healthOf` says, by whether its service is frozen; each look sees a new probe. */
function containerOf(
  healthOf: (frozen: boolean) => HealthState['status'],
  { failure = 1, asks = true } = {},
): Container {
  let frozen = false;
  let probes = 0;
  return fakeContainer({
    state: () => {
      const status = healthOf(frozen);
      const probe = { endedAtMs: ++probes, exitCode: status === 'healthy' ? 0 : failure, output: 'probe' };
      return Promise.resolve({ ...RUNNING, health: { status, probes: [probe] } });
    },
    signal: (targets, name) => {
      if (targets.some(({ hostPid }) => hostPid === service.hostPid)) frozen = name === 'SIGSTOP';
      return Promise.resolve();
    },
    sockets: () =>
      Promise.resolve({
        ...listeningAt('0.0.0.0'),
        waiting: frozen && asks ? [{ localPort: 8000 }] : [],
      }),
  });
}

describe('healthcheck', () => {
  it('passes one that turns unhealthy with the frozen service and healthy again', async () => {
    const app = containerOf((frozen) => (frozen ? 'unhealthy' : 'healthy'));

    const outcome = await healthcheck.run(fakeSubject({ app }), briefly, signal);

    expect(outcome.status).toBe('passed');
  });

  it('fails one that says yes whatever happens, and lets the service go on', async () => {
    const names: string[] = [];
    const app: Container = {
      ...containerOf(() => 'healthy'),
      signal: (_targets, name) => Promise.resolve(void names.push(name)),
    };

    const outcome = await healthcheck.run(fakeSubject({ app }), briefly, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'always-healthy' });
    expect(names).toEqual(['SIGSTOP', 'SIGCONT']);
  });

  it.each([
    ['command-missing', 127],
    ['never-healthy', 1],
  ])('finds `%s` by the exit code of the last probe', async (finding, exitCode) => {
    const app = containerOf(() => 'unhealthy', { failure: exitCode });

    const outcome = await healthcheck.run(fakeSubject({ app }), briefly, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding });
  });

  it('fails one that notices a frozen service without asking it, and lets the service go on', async () => {
    const names: string[] = [];
    const app = containerOf((frozen) => (frozen ? 'unhealthy' : 'healthy'), { asks: false });
    const signalled: Container['signal'] = (targets, name, given) => {
      names.push(name);
      return app.signal(targets, name, given);
    };

    const outcome = await healthcheck.run(
      fakeSubject({ app: { ...app, signal: signalled } }),
      briefly,
      signal,
    );

    expect(outcome).toMatchObject({ status: 'failed', finding: 'not-asked' });
    expect(names).toEqual(['SIGSTOP', 'SIGCONT']);
  });

  it('fails one that never recovers', async () => {
    let everFrozen = false;
    const app = containerOf((frozen) => ((everFrozen ||= frozen) ? 'unhealthy' : 'healthy'));

    const outcome = await healthcheck.run(fakeSubject({ app }), briefly, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'stays-unhealthy' });
  });

  it('leaves undecided what too few probes have told', async () => {
    const health: HealthState = { status: 'starting', probes: [] };
    const app = fakeContainer({ state: () => Promise.resolve({ ...RUNNING, health }) });

    const outcome = await healthcheck.run(fakeSubject({ app }), briefly, signal);

    expect(outcome.status).toBe('inconclusive');
  });

  it('fails a container without one', async () => {
    const outcome = await healthcheck.run(fakeSubject(), briefly, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'no-healthcheck' });
  });
});

describe('health-notices-errors', () => {
  const parameters = healthNoticesErrors.schema.parse({
    edit: { path: 'src/app.py', find: 'ok', replace: 'ill' },
    seconds: 2,
  });
  const sources: FileSet = new Map([['src/app.py', textFile('return "ok"')]]);

  /** The changed build's probes end with `exitCodes`, a new one each look; its health stays what it is. */
  function subjectOf(exitCodes: readonly number[], status: HealthState['status'] = 'healthy') {
    let edited = '';
    const serving = containerOf(() => 'healthy');
    let looks = 0;
    const changed = fakeContainer({
      state: () => {
        const probes = exitCodes
          .slice(0, looks++)
          .map((exitCode, endedAtMs) => ({ endedAtMs, exitCode, output: '' }));
        return Promise.resolve({ ...RUNNING, health: { status, probes } });
      },
    });
    const subject = {
      ...fakeSubject({ app: serving }),
      rebuild: (edit: { files: (files: FileSet) => FileSet }) => {
        edited = Buffer.from(edit.files(sources).get('src/app.py')?.bytes ?? []).toString();
        return Promise.resolve({ ok: true as const, build: BUILD });
      },
      serve: () => {
        subject.app = changed;
        return Promise.resolve({ state: 'answered' as const, tookMs: 1 });
      },
    };
    return { subject, edited: () => edited };
  }

  it('passes a probe that says no to the edited service', async () => {
    const { subject, edited } = subjectOf([1, 1, 1], 'unhealthy');

    const outcome = await healthNoticesErrors.run(subject, parameters, signal);

    expect(outcome.status).toBe('passed');
    expect(edited()).toBe('return "ill"');
  });

  it('passes a probe that says no within its start period, which the engine does not count', async () => {
    const outcome = await healthNoticesErrors.run(
      subjectOf([1, 1, 1], 'starting').subject,
      parameters,
      signal,
    );

    expect(outcome.status).toBe('passed');
  });

  it('forgives what a probe said that may have begun before the service was up', async () => {
    const outcome = await healthNoticesErrors.run(subjectOf([0, 1, 1]).subject, parameters, signal);

    expect(outcome.status).toBe('passed');
  });

  it('leaves undecided what too few probes have told', async () => {
    const outcome = await healthNoticesErrors.run(subjectOf([1, 1], 'starting').subject, parameters, signal);

    expect(outcome.status).toBe('inconclusive');
  });

  it('fails a probe that takes any answer for health', async () => {
    const outcome = await healthNoticesErrors.run(subjectOf([0, 0, 0]).subject, parameters, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'errors-unnoticed' });
  });
});
