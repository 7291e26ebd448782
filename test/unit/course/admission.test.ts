import { describe, expect, it } from 'vitest';
import { admissionRefusal } from '../../../src/core/admission.ts';
import { reduceEvent, reduceReport, shownFeedback } from '../../../src/core/feedback.ts';
import type { CheckResult } from '../../../src/core/check-result.ts';
import type { Report } from '../../../src/core/report.ts';
import { DUE, after, attempt, rules } from './rules.ts';
import { triesOf } from './tries.ts';

describe('admission', () => {
  it('begins at the opening instant and ends after the closing one, to the millisecond', () => {
    const opens = after(DUE, -1000);
    const closes = after(DUE, 1000);
    const window = rules({ opensAt: opens, closesAt: closes });

    expect(admissionRefusal(window, triesOf([]), after(opens, -1))?.code).toBe('assignment-closed');
    expect(admissionRefusal(window, triesOf([]), opens)).toBeNull();
    expect(admissionRefusal(window, triesOf([]), closes)).toBeNull();
    expect(admissionRefusal(window, triesOf([]), after(closes, 1))?.details.rule).toBe(
      'assignment.closes-at',
    );
  });

  it('stops at the attempt limit, rejected submissions and those that wait not counted', () => {
    const limited = rules({ attemptLimit: 2 });
    const waiting = attempt(3, { status: 'queued', verdict: null });

    expect(
      admissionRefusal(limited, triesOf([attempt(1), attempt(2, { verdict: 'rejected' }), waiting]), DUE),
    ).toBeNull();
    expect(admissionRefusal(limited, triesOf([attempt(1), attempt(2)]), DUE)?.code).toBe(
      'attempts-exhausted',
    );
  });

  it('asks for a cool-down after an attempt that was used, and says how long', () => {
    const cool = rules({ coolDownSeconds: 60 });
    const last = attempt(1, { submittedAt: DUE });

    const refusal = admissionRefusal(cool, triesOf([last]), after(DUE, 59_001));

    expect(refusal?.code).toBe('cool-down');
    expect(refusal?.details.retryAfterSeconds).toBe(1);
    expect(admissionRefusal(cool, triesOf([last]), after(DUE, 60_000))).toBeNull();
  });
});

const REPORT: Report = {
  scenario: 's',
  scenarioDigest: 'd',
  verdict: 'rejected',
  score: 0,
  summary: 'told',
  checks: [],
  policy: [],
  notices: [],
  buildLog: [],
  timings: {},
  engine: 'e',
};

describe('feedback', () => {
  it('opens up once the assignment is due', () => {
    const hidden = rules({ feedback: 'verdict-until-due' });

    expect(shownFeedback(hidden, DUE)).toBe('verdict');
    expect(shownFeedback(hidden, after(DUE, 1))).toBe('full');
    expect(shownFeedback(rules({ feedback: 'messages' }), after(DUE, 1))).toBe('messages');
  });

  it('that is the verdict alone still tells why a submission was rejected', () => {
    const finding = { rule: 'r', file: 'Dockerfile', line: 1, column: 1, message: 'm' };
    const report: Report = { ...REPORT, policy: [finding], notices: [finding], buildLog: ['line'] };

    expect(reduceReport(report, 'verdict')).toMatchObject({
      policy: [finding],
      notices: [],
      buildLog: [],
      summary: '',
    });
  });

  it.each(['full', 'messages', 'verdict'] as const)(
    'shows no more of a check while the run goes on than its report will: %s',
    (shown) => {
      const result = checkResult();
      const report = reduceReport({ ...REPORT, checks: [result], buildLog: ['line'] }, shown);

      expect(reduceEvent({ type: 'check', result }, shown)).toEqual(
        report.checks[0] === undefined ? null : { type: 'check', result: report.checks[0] },
      );
      expect(reduceEvent({ type: 'log', line: 'line' }, shown) !== null).toBe(report.buildLog.length > 0);
      expect(reduceEvent({ type: 'phase', phase: 'building', atMs: 1 }, shown)).not.toBeNull();
    },
  );
});

function checkResult(): CheckResult {
  return {
    id: 'c',
    kind: 'http',
    title: 'It answers',
    status: 'failed',
    points: 0,
    maxPoints: 100,
    required: true,
    observed: 'o',
    expected: 'e',
    explanation: 'x',
    hint: 'h',
    evidence: [{ type: 'log', title: 'Log', lines: ['secret'], truncated: false }],
    durationMs: 1,
  };
}
