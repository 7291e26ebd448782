import type { GradeJob, RunListener } from '../../../src/app/grade-job.ts';
import type { Grader } from '../../../src/app/ports/grader.ts';
import type { CheckResult } from '../../../src/core/check-result.ts';
import { textOf } from '../../../src/core/file-set.ts';
import { GraderFault } from '../../../src/core/grader-fault.ts';
import type { Report } from '../../../src/core/report.ts';

/**
 * Grades by a word in the Dockerfile: `fixed` passes, `half` gets 60, `refused` is rejected, `faulty` makes the grader
 * itself fail, `slow` waits until it is let go or called off. Anything else fails.
 */
export class FakeGrader {
  readonly graded: string[] = [];
  /** Changes what a word is worth, as a mended check would. */
  worth: Record<string, number> = { fixed: 100, half: 60 };
  faultsLeft = Number.POSITIVE_INFINITY;
  #letGo: () => void = () => undefined;
  readonly #released = new Promise<void>((resolve) => {
    this.#letGo = resolve;
  });

  /** Lets everything `slow` go on. */
  release(): void {
    this.#letGo();
  }

  readonly grade: Grader = async (job, listener, signal) => {
    const text = textOf(job.files, 'Dockerfile') ?? '';
    this.graded.push(job.runId);
    listener({ type: 'phase', phase: 'building', atMs: 1 });
    listener({ type: 'log', line: '#1 building' });
    if (text.includes('slow')) await this.#wait(signal);
    if (text.includes('faulty') && this.faultsLeft > 0) {
      this.faultsLeft -= 1;
      throw new GraderFault('the engine is gone');
    }
    return report(job, listener, this.#scoreOf(text), text.includes('refused'));
  };

  #scoreOf(text: string): number {
    const word = Object.keys(this.worth).find((item) => text.includes(item));
    return word === undefined ? 0 : (this.worth[word] ?? 0);
  }

  async #wait(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('called off'));
      });
      void this.#released.then(resolve);
    });
  }
}

function report(job: GradeJob, listener: RunListener, score: number, rejected: boolean): Report {
  const checks = job.scenario.checks.map((check, index): CheckResult => {
    const passed = score === 100 || (score === 60 && index === 0);
    return {
      id: check.id,
      kind: check.kind,
      title: check.title,
      status: rejected ? 'skipped' : passed ? 'passed' : 'failed',
      points: passed && !rejected ? check.points : 0,
      maxPoints: check.points,
      required: true,
      observed: 'nobody answered\0',
      expected: 'an answer',
      explanation: 'It listens on the loopback.',
      hint: check.hints['default'] ?? '',
      evidence: [{ type: 'log', title: 'Last lines', lines: ['listening'], truncated: false }],
      durationMs: 5,
    };
  });
  for (const result of checks) listener({ type: 'check', result });
  return {
    scenario: job.scenario.id,
    scenarioDigest: job.scenario.digest,
    verdict: rejected ? 'rejected' : score === 100 ? 'passed' : 'failed',
    score: rejected ? 0 : score,
    summary: 'Graded by a fake.',
    checks,
    policy: rejected
      ? [{ rule: 'dockerfile.syntax', file: 'Dockerfile', line: 1, column: 1, message: 'no' }]
      : [],
    notices: [],
    buildLog: [],
    timings: { total: 5 },
    engine: 'fake 1',
  };
}
