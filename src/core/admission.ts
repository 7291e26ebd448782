import { type AssignmentRules, windowState } from './assignment-rules.ts';
import { Refusal } from './refusal.ts';
import { type Tries, usesAttempt } from './standing.ts';

/** May the learner submit now? Null when so, else the refusal that says why not and from when. */
export function admissionRefusal(rules: AssignmentRules, tries: Tries, now: Date): Refusal | null {
  const state = windowState(rules, now);
  if (state === 'upcoming') {
    return new Refusal('assignment-closed', `It opens at ${iso(rules.opensAt)}.`, {
      rule: 'assignment.opens-at',
      wayOut: 'Work on it at home until then; the hand-out is there already.',
    });
  }
  if (state === 'closed') {
    return new Refusal(
      'assignment-closed',
      `It closed at ${iso(rules.closesAt)}; by the server's clock it is ${now.toISOString()}.`,
      {
        rule: 'assignment.closes-at',
        wayOut: 'Ask your instructor for an extension.',
      },
    );
  }
  // A queued one gives its place, and its attempt, to the newer.
  if (rules.attemptLimit !== null && tries.spent >= rules.attemptLimit) {
    return new Refusal('attempts-exhausted', `All ${rules.attemptLimit} attempts are used.`, {
      rule: 'assignment.attempt-limit',
      wayOut: 'Ask your instructor for more attempts.',
    });
  }
  const notBefore = coolDownEnd(rules, tries);
  if (notBefore !== null && now < notBefore) {
    const seconds = Math.ceil((notBefore.getTime() - now.getTime()) / 1000);
    return new Refusal(
      'cool-down',
      `The next attempt is taken from ${notBefore.toISOString()}, in ${seconds} s.`,
      {
        rule: 'assignment.cool-down',
        wayOut: 'Read the last verdict and try your fix at home meanwhile.',
        retryAfterSeconds: seconds,
      },
    );
  }
  return null;
}

/** From when the next attempt is taken, counted from the last one that used one; null without a cool-down. */
export function coolDownEnd(
  rules: Pick<AssignmentRules, 'coolDownSeconds'>,
  tries: Pick<Tries, 'decisive'>,
): Date | null {
  const last = tries.decisive
    .filter((item) => item.status !== 'queued' && usesAttempt(item))
    .toSorted((a, b) => a.attempt - b.attempt)
    .at(-1);
  if (last === undefined || rules.coolDownSeconds === 0) return null;
  return new Date(last.submittedAt.getTime() + rules.coolDownSeconds * 1000);
}

function iso(instant: Date | null): string {
  return instant?.toISOString() ?? 'an unknown time';
}
