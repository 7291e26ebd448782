import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import { ContainerGone } from '../app/ports/container-gone.ts';
import type { Subject } from '../app/ports/subject.ts';
import { textFile, textOf, type FileSet } from '../core/file-set.ts';
import { GraderFault } from '../core/grader-fault.ts';
import { healthEvidence, hearProbes, waitForHealth } from './health.ts';
import { answerText, askedPort, UNASKED } from './readiness.ts';
import { failed, inconclusive, passed, plural, seconds } from './outcome.ts';

/** The first one may have begun before the service answered, and isn't counted. */
const PROBES = 3;
const EXPECTED = 'unhealthy while the service answers its health route with an error';

/** Builds the service with a health route that answers with an error: the health check must not call that healthy. */
export const healthNoticesErrors = checkKind({
  name: 'health-notices-errors',
  schema: z.strictObject({
    /** The change to the grader's own sources that makes the service tell that it is ill. */
    edit: z.strictObject({ path: z.string(), find: z.string().min(1), replace: z.string() }),
    /** How long the health check gets to notice. */
    seconds: z.number().min(1).max(180).default(30),
  }),
  findings: [
    'no-healthcheck',
    'never-healthy',
    'errors-unnoticed',
    'not-rebuilt',
    'not-served',
    'too-few-probes',
    ...UNASKED,
  ],
  needs: 'answer',
  use: 'ending',
  async run(subject, { edit, seconds: allowed }, signal) {
    const before = await waitForHealth(subject.app, 'healthy', allowed * 1000, signal);
    if (before.reached === 'none') {
      return failed('no-healthcheck', {
        observed: 'the graded container has no health check',
        expected: EXPECTED,
        explanation: 'Without one, nobody notices that the service has begun to answer with errors.',
        evidence: [],
      });
    }
    if (before.reached !== 'healthy') {
      const findings = {
        observed: `the service answers rightly, and its health is ${before.reached}`,
        expected: EXPECTED,
        explanation:
          'A probe that always says no tells as little as one that always says yes: nothing follows from it.',
        evidence: [healthEvidence(before.state, subject.app)],
      };
      return before.settled ? failed('never-healthy', findings) : inconclusive('too-few-probes', findings);
    }
    const rebuilt = await subject.rebuild(
      { files: (files) => replaced(files, edit), freshBuildId: true },
      signal,
    );
    if (!rebuilt.ok) {
      return failed('not-rebuilt', {
        observed: `the same project with one line of the service changed could not be built: ${rebuilt.outcome.message}`,
        expected: EXPECTED,
        explanation: 'The build depends on something that a change of the sources takes away.',
        evidence: [],
      });
    }
    const readiness = await subject.serve(rebuilt.build, signal);
    if (readiness.state !== 'answered') return unready(subject, signal);

    // The container's health may still tell of probes from before the service was up, so it isn't asked.
    const { heard, state, tookMs } = await hearProbes(subject.app, PROBES, allowed * 1000, signal);
    const evidence = [healthEvidence(state, subject.app)];
    if (state.status !== 'running') {
      throw new ContainerGone('the changed build ended while its health was waited for');
    }
    const [, ...counted] = heard;
    const content = counted.filter(({ exitCode }) => exitCode === 0).length;
    if (content === 0) {
      const findings = {
        observed: `the health route answered with an error, and ${plural(counted.length, 'probe')} in a row said so`,
        expected: EXPECTED,
        explanation:
          'The probe looks at the status of the answer, so an answer that says “error” counts as one.',
        evidence,
      };
      return heard.length === PROBES ? passed(findings) : inconclusive('too-few-probes', findings);
    }
    return failed('errors-unnoticed', {
      observed: `the health route answered with an error, and ${content} of the ${plural(counted.length, 'probe')} of the next ${seconds(tookMs)} called that healthy`,
      expected: EXPECTED,
      explanation:
        'To have got an answer is not enough: an answer may say “500, I am broken”. Many programs end with 0 whatever the status was, unless they are told otherwise.',
      evidence,
    });
  },
});

function replaced(files: FileSet, edit: { path: string; find: string; replace: string }): FileSet {
  const text = textOf(files, edit.path);
  if (text?.includes(edit.find) !== true) {
    throw new GraderFault(`the scenario's edit does not fit: ${edit.path} has no such text`);
  }
  return new Map(files).set(edit.path, textFile(text.replace(edit.find, edit.replace)));
}

async function unready(subject: Subject, signal: AbortSignal) {
  const asked = await askedPort(subject, EXPECTED, signal);
  if (!asked.ok) return asked.outcome;
  const { readiness } = subject;
  if (readiness.state !== 'other-answer') {
    return inconclusive('not-served', {
      observed: 'the changed build did not answer for itself',
      expected: EXPECTED,
      explanation: 'The changed build could not be asked.',
      evidence: [],
    });
  }
  const { answer: body, tookMs } = readiness;
  return failed('not-served', {
    observed: `the same project with one line of the service changed was built and started, and something else answers: ${answerText({ ok: true, status: 200, headers: {}, body, truncated: false, tookMs })}`,
    expected: EXPECTED,
    explanation:
      'What answers is not the service that was built of the changed sources: an older copy of it, or another container.',
    evidence: [],
  });
}
