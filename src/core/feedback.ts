import type { AssignmentRules } from './assignment-rules.ts';
import type { CheckResult } from './check-result.ts';
import type { Report } from './report.ts';
import type { RunEvent } from './run-event.ts';

/** How much of a report is shown: everything, without evidence, or the verdict and the score alone. */
export type ShownFeedback = 'full' | 'messages' | 'verdict';

/** What a learner is shown at `now`. */
export function shownFeedback(rules: Pick<AssignmentRules, 'feedback' | 'dueAt'>, now: Date): ShownFeedback {
  if (rules.feedback !== 'verdict-until-due') return rules.feedback;
  return rules.dueAt !== null && now <= rules.dueAt ? 'verdict' : 'full';
}

/** The report as far as it is shown. Why a submission was rejected is always told: nothing is gained by hiding it. */
export function reduceReport(report: Report, shown: ShownFeedback): Report {
  switch (shown) {
    case 'full':
      return report;
    case 'messages':
      return { ...report, checks: report.checks.map(withoutEvidence) };
    case 'verdict':
      return { ...report, summary: '', checks: [], notices: [], buildLog: [] };
  }
}

/** What a run tells while it goes on, no further than its report will be shown; null where nothing of it is. */
export function reduceEvent(event: RunEvent, shown: ShownFeedback): RunEvent | null {
  if (event.type === 'phase' || shown === 'full') return event;
  if (shown === 'verdict') return null;
  return event.type === 'check' ? { ...event, result: withoutEvidence(event.result) } : event;
}

function withoutEvidence(check: CheckResult): CheckResult {
  return { ...check, evidence: [] };
}
