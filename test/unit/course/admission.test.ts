import { describe, expect, it } from 'vitest';
import { admissionRefusal } from '../../../src/core/admission.ts';
import { reduceReport, shownFeedback } from '../../../src/core/feedback.ts';
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

describe('feedback', () => {
  it('opens up once the assignment is due', () => {
    const hidden = rules({ feedback: 'verdict-until-due' });

    expect(shownFeedback(hidden, DUE)).toBe('verdict');
    expect(shownFeedback(hidden, after(DUE, 1))).toBe('full');
    expect(shownFeedback(rules({ feedback: 'messages' }), after(DUE, 1))).toBe('messages');
  });

  it('that is the verdict alone still tells why a submission was rejected', () => {
    const finding = { rule: 'r', file: 'Dockerfile', line: 1, column: 1, message: 'm' };
    const report: Report = {
      scenario: 's',
      scenarioDigest: 'd',
      verdict: 'rejected',
      score: 0,
      summary: 'told',
      checks: [],
      policy: [finding],
      notices: [finding],
      buildLog: ['line'],
      timings: {},
      engine: 'e',
    };

    expect(reduceReport(report, 'verdict')).toMatchObject({
      policy: [finding],
      notices: [],
      buildLog: [],
      summary: '',
    });
  });
});
