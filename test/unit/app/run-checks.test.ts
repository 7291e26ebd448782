import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { CheckKind } from '../../../src/app/ports/check-kind.ts';
import { ContainerGone } from '../../../src/app/ports/container-gone.ts';
import { GraderFault } from '../../../src/core/grader-fault.ts';
import { gradeWith, kind, outcome } from './support/grade-with.ts';

describe('runChecks', () => {
  it('never makes a grade of a check that can’t be decided', async () => {
    const undecided = kind('one', () => Promise.resolve(outcome('inconclusive')));

    await expect(gradeWith([undecided]).report).rejects.toThrow(/one could not be decided/);
  });

  it('tries an undecided check that had the containers for itself once more, on fresh ones', async () => {
    let tries = 0;
    const second = kind('one', () => Promise.resolve(outcome(++tries === 2 ? 'passed' : 'inconclusive')), {
      use: 'exclusive',
    });
    const { report, bench } = gradeWith([second]);

    expect((await report).verdict).toBe('passed');
    expect(bench.ups).toHaveLength(2);
  });

  it('lets a check do beside all others what leaves the containers alone', async () => {
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const run = vi.fn<CheckKind['run']>(() => Promise.resolve(outcome('passed')));
    const { report } = gradeWith([
      kind('looks', async () => (await begun, outcome('passed'))),
      kind('builds', run, {
        use: 'ending',
        prepare: () => (begin(), Promise.resolve('built')),
      }),
    ]);

    expect(await report).toMatchObject({ verdict: 'passed' });
    expect(run.mock.calls[0]?.[3]).toBe('built');
  });

  it('is a fault where what goes on beside the others fails, however early', async () => {
    const { report } = gradeWith([
      kind('looks', async () => (await setImmediate(), outcome('passed'))),
      kind('builds', () => Promise.resolve(outcome('passed')), {
        use: 'ending',
        prepare: () => Promise.reject(new GraderFault('the engine is gone')),
      }),
    ]);

    await expect(report).rejects.toThrow('the engine is gone');
  });

  it('leaves nothing going on of a run that comes to no verdict', async () => {
    let isGoingOn = true;
    const prepare: CheckKind['prepare'] = async (_subject, _parameters, given) => {
      await new Promise((resolve) => {
        given.addEventListener('abort', resolve);
      });
      isGoingOn = false;
    };
    const { report } = gradeWith([
      kind('breaks', () => Promise.reject(new GraderFault('the engine is gone'))),
      kind('builds', () => Promise.resolve(outcome('passed')), { use: 'ending', prepare }),
    ]);

    await expect(report).rejects.toThrow('the engine is gone');
    expect(isGoingOn).toBe(false);
  });

  it('fails, and does not retry, a check whose container ended under it', async () => {
    const gone = kind('one', () => Promise.reject(new ContainerGone('ended')));

    const { verdict, checks } = await gradeWith([gone]).report;
    expect(verdict).toBe('failed');
    expect(checks[0]?.finding).toBe('container-ended');
  });

  it('gives each check that ends its containers fresh ones', async () => {
    const passes = () => Promise.resolve(outcome('passed'));
    const { report, bench } = gradeWith([
      kind('one', passes, { use: 'ending' }),
      kind('two', passes, { use: 'ending' }),
      kind('three', passes),
    ]);

    expect((await report).score).toBe(100);
    expect(bench.ups).toHaveLength(2);
  });
});
