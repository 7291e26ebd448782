import { describe, expect, it } from 'vitest';
import { canaryOf, proveGrader } from '../../../src/app/prove-grader.ts';
import type { Grader } from '../../../src/app/ports/grader.ts';
import { GraderFault } from '../../../src/core/grader-fault.ts';
import { reportOf } from '../../../src/core/make-report.ts';
import type { Specimen } from '../../../src/core/scenario-bundle.ts';
import { fakeSubject } from '../checks/support/fake-subject.ts';

const signal = AbortSignal.timeout(10_000);
const { scenario } = fakeSubject();

function specimen(kind: Specimen['kind'], name: string): Specimen {
  const expectedVerdict = kind === 'solution' ? 'passed' : 'build-failed';
  return {
    name,
    kind,
    files: new Map([[name, { bytes: Buffer.from(''), executable: false }]]),
    expectedVerdict,
    expectedFailures: [],
  };
}

const canary = canaryOf(scenario, [
  specimen('starter', 'starter'),
  specimen('solution', 'right'),
  specimen('solution', 'also-right'),
  specimen('wrong', 'wrong'),
]);

/** Passes what holds a file of one of these names. */
function graderPassing(...names: readonly string[]): Grader {
  return ({ files }) => {
    const passes = names.some((name) => files.has(name));
    const execution = passes
      ? ({ stage: 'checks', outOfMemory: false } as const)
      : ({ stage: 'build', cause: 'failed' } as const);
    const graded = { ...scenario, passMark: 0 };
    return Promise.resolve(reportOf(graded, { execution, checks: [], notices: [], timings: {}, engine: '' }));
  };
}

describe('proveGrader', () => {
  it('takes one specimen of each kind', () => {
    expect(canary.specimens.map(({ name }) => name)).toEqual(['right', 'starter', 'wrong']);
  });

  it('has nothing to say of a grader whose verdicts are right', async () => {
    expect(await proveGrader(graderPassing('right'), canary, signal)).toBeUndefined();
  });

  it.each([
    ['passes what is wrong', graderPassing('right', 'wrong'), /trial\/wrong came out as passed/],
    ['fails what is right', graderPassing(), /trial\/right came out as build-failed/],
    [
      'can’t grade',
      () => Promise.reject(new GraderFault('no engine')),
      /right could not be graded: no engine/,
    ],
  ])('names what a grader that %s does', async (_, grade, words) => {
    expect(await proveGrader(grade, canary, signal)).toMatch(words);
  });
});
