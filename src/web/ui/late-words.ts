import type { LatePolicy } from '../../core/late-policy.ts';

/** A late policy as a sentence for a learner. */
export function lateWords(policy: LatePolicy): string {
  switch (policy.kind) {
    case 'none':
      return 'loses nothing until the assignment closes';
    case 'percent-per-day':
      return `loses ${policy.percent} % for each day begun, at most ${policy.maxPercent} %${grace(policy.graceMinutes)}`;
    case 'steps':
      return `loses ${policy.steps.map((step) => `${step.percent} % after ${step.afterHours} h`).join(', ')}${grace(policy.graceMinutes)}`;
  }
}

function grace(minutes: number): string {
  return minutes === 0 ? '' : `; the first ${minutes} minutes are free`;
}
