import { describe, expect, it } from 'vitest';
import { textFile, textOf } from '../../../src/core/file-set.ts';
import { GraderFault } from '../../../src/core/grader-fault.ts';
import { exited, fakeContainer } from '../checks/support/fake-subject.ts';
import { gradeWith, kind, outcome, STARTER } from './support/grade-with.ts';

describe('grade', () => {
  it('passes a submission whose every check passes, and gives the bench back', async () => {
    const { report, bench, events } = gradeWith([kind('one', () => Promise.resolve(outcome('passed')))]);

    expect(await report).toMatchObject({ verdict: 'passed', score: 100, engine: 'Docker Engine of tests' });
    expect(bench.disposed).toBe(true);
    expect(events.flatMap((event) => (event.type === 'phase' ? [event.phase] : []))).toEqual([
      'policy',
      'building',
      'starting',
      'checking',
      'recording',
    ]);
  });

  it('mounts the files that the image was built of', async () => {
    const { report, bench } = gradeWith([kind('one', () => Promise.resolve(outcome('passed')))]);
    await report;

    const mounted = bench.ups[0]?.files ?? STARTER;
    expect(textOf(mounted, 'src/appcore/build_id.py')).toContain('Written by the grader');
  });

  it('gives points for what passed and the hint of the finding for what failed', async () => {
    const { report } = gradeWith([
      kind('one', () => Promise.resolve(outcome('passed'))),
      kind('two', () => Promise.resolve(outcome('failed', 'special'))),
    ]);

    const { verdict, score, checks, summary } = await report;
    expect({ verdict, score }).toEqual({ verdict: 'failed', score: 50 });
    expect(checks.map(({ status, points, hint }) => ({ status, points, hint }))).toEqual([
      { status: 'passed', points: 50, hint: '' },
      { status: 'failed', points: 0, hint: 'Look there.' },
    ]);
    expect(summary).toBe('Check two: seen failed');
  });

  it('says run-failed, with the exit code, of a container that ended before it answered', async () => {
    const container = () => fakeContainer({ state: () => Promise.resolve(exited(1)) });
    const { report } = gradeWith([kind('one', () => Promise.resolve(outcome('passed')))], { container });

    const { verdict, checks } = await report;
    expect(verdict).toBe('run-failed');
    expect(checks[0]?.status).toBe('skipped');
    expect(checks[0]?.observed).toContain('exit code 1');
    expect(checks[0]?.evidence.map(({ type }) => type)).toEqual(['exit', 'log']);
  });

  it('says memory-limit of a container that the kernel ended for memory', async () => {
    const container = () => fakeContainer({ state: () => Promise.resolve(exited(137, { oomKilled: true })) });
    const { report } = gradeWith([kind('one', () => Promise.resolve(outcome('passed')))], { container });

    expect((await report).verdict).toBe('memory-limit');
  });

  it('says build-failed, with the builder’s own words, and tries nothing', async () => {
    const build = () =>
      Promise.resolve({
        ok: false as const,
        cause: 'failed' as const,
        message: 'pip: no such package',
        logTail: ['Collecting nothing'],
        durationMs: 1,
      });
    const { report, bench } = gradeWith([kind('one', () => Promise.resolve(outcome('passed')))], { build });

    expect(await report).toMatchObject({
      verdict: 'build-failed',
      buildLog: ['Collecting nothing', 'pip: no such package'],
    });
    expect(bench.ups).toEqual([]);
  });

  it('calls a build that met its time limit a fault where the machine was too busy to tell', async () => {
    const build = () =>
      Promise.resolve({
        ok: false as const,
        cause: 'time-limit' as const,
        message: 'too long',
        logTail: [],
        durationMs: 1,
      });
    const kinds = [kind('one', () => Promise.resolve(outcome('passed')))];

    expect((await gradeWith(kinds, { build }).report).verdict).toBe('time-limit');
    await expect(gradeWith(kinds, { build, isOverloaded: true }).report).rejects.toThrow(GraderFault);
  });

  it('calls an answer that came too late a fault where the machine was too busy to tell', async () => {
    const late = kind('one', () => Promise.resolve({ ...outcome('failed'), byTime: 'late' as const }));

    expect((await gradeWith([late]).report).verdict).toBe('failed');
    await expect(gradeWith([late], { isOverloaded: true }).report).rejects.toThrow(GraderFault);
  });

  it('builds its own copy of protected files, and says which were changed', async () => {
    const files = new Map([...STARTER, ['src/extra.py', textFile('x = 1\n')]]);
    const { report } = gradeWith([kind('one', () => Promise.resolve(outcome('passed')))], {}, { files });

    expect((await report).notices.map(({ rule, file }) => ({ rule, file }))).toEqual([
      { rule: 'files.protected', file: 'src/extra.py' },
    ]);
  });

  it('never passes with a required check that did not pass', async () => {
    const kinds = [
      kind('one', () => Promise.resolve(outcome('passed'))),
      kind('two', () => Promise.resolve(outcome('failed'))),
    ];

    expect((await gradeWith(kinds, {}, { passMark: 50 }).report).verdict).toBe('failed');
  });

  it('ends a run that has written more than it may, and names the limit', async () => {
    const overgrown = new AbortController();
    const fills = kind('fills', () => {
      overgrown.abort();
      return Promise.reject(new GraderFault('what the check needed is gone'));
    });
    const { report, bench } = gradeWith([fills], { overgrown: overgrown.signal });
    const { verdict, score, summary, checks } = await report;

    expect({ verdict, score }).toEqual({ verdict: 'run-failed', score: 0 });
    expect(summary).toContain('more than 1024 MiB to disk and were ended (limit diskMiB)');
    expect(checks.map(({ status }) => status)).toEqual(['skipped']);
    expect(bench.disposed).toBe(true);
  });

  it('takes no failure for one where the engine’s disk was full', async () => {
    const failing = [kind('one', () => Promise.resolve(outcome('failed')))];
    const passing = [kind('one', () => Promise.resolve(outcome('passed')))];

    await expect(gradeWith(failing, { lacksDisk: true }).report).rejects.toBeInstanceOf(GraderFault);
    expect((await gradeWith(passing, { lacksDisk: true }).report).verdict).toBe('passed');
  });
});
