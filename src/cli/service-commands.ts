import type { Submission } from '../http/schemas/submission.ts';
import { EXIT } from './exit-codes.ts';
import { renderReport } from './render-report.ts';
import { type ServiceWish, serviceClient } from './service-access.ts';
import { readStatus, renderStatus } from './status-command.ts';
import { styleFor } from './style.ts';
import { submitFolder } from './submit-command.ts';
import { usage } from './usage.ts';
import { latestSubmission, submissionIdIn, watchSubmission } from './watch-command.ts';

export interface ServiceRequest {
  readonly wish: ServiceWish;
  readonly operands: readonly string[];
  readonly course: string | undefined;
  readonly assignment: string | undefined;
  readonly watch: boolean;
  readonly json: boolean;
}

/** Submits a folder, and with `watch` stays for the verdict. Gives the exit code. */
export async function submitCommand(request: ServiceRequest, signal: AbortSignal): Promise<number> {
  const { operands, course, assignment, json } = request;
  const [folder, ...rest] = operands;
  if (folder === undefined || rest.length > 0 || course === undefined || assignment === undefined)
    throw usage();
  const client = await serviceClient(request.wish);
  const accepted = await submitFolder(client, { folder, course, assignment }, signal);
  const told = `submitted as attempt ${accepted.attempt}: ${accepted.links.page}\n`;
  if (request.watch) {
    process.stderr.write(told);
    return outcome(await watchSubmission(client, accepted.id, signal), json);
  }
  process.stdout.write(json ? `${JSON.stringify(accepted)}\n` : told);
  return EXIT.done;
}

/** Follows a submission to its verdict. Gives the exit code. */
export async function watchCommand(request: ServiceRequest, signal: AbortSignal): Promise<number> {
  const { operands, course, assignment, json } = request;
  const [named, ...rest] = operands;
  if (rest.length > 0) throw usage();
  if (named !== undefined) {
    const id = submissionIdIn(named);
    return outcome(await watchSubmission(await serviceClient(request.wish), id, signal), json);
  }
  if (course === undefined || assignment === undefined) throw usage();
  const client = await serviceClient(request.wish);
  const id = await latestSubmission(client, { course, assignment }, signal);
  return outcome(await watchSubmission(client, id, signal), json);
}

/** Lists assignments with due time, attempts and score. Gives the exit code. */
export async function statusCommand(request: ServiceRequest, signal: AbortSignal): Promise<number> {
  if (request.operands.length > 0) throw usage();
  const status = await readStatus(await serviceClient(request.wish), request.course, signal);
  process.stdout.write(request.json ? `${JSON.stringify({ courses: status })}\n` : renderStatus(status));
  return EXIT.done;
}

/** Prints how a submission ended. */
function outcome(submission: Submission, json: boolean): number {
  const { report, assignment, feedback } = submission;
  if (json) process.stdout.write(`${JSON.stringify(submission)}\n`);
  else if (report !== null) {
    process.stdout.write(renderReport(report, assignment.title, styleFor(process.stdout)));
    if (feedback === 'verdict') process.stdout.write('The checks are shown once the assignment is due.\n');
    process.stdout.write(`${submission.links.page}\n`);
  } else process.stdout.write(`${ENDINGS[submission.status]}\n${submission.links.page}\n`);
  if (submission.status === 'fault') return EXIT.fault;
  return submission.verdict === 'passed' ? EXIT.done : EXIT.notPassed;
}

const ENDINGS = {
  queued: 'It still waits.',
  running: 'It is still graded.',
  done: 'It was graded; what came of it is not shown to you yet.',
  cancelled: 'It was cancelled before there was a verdict.',
  superseded: 'A newer submission took its place before it was graded.',
  fault:
    'The grader failed at it. It costs no attempt; your instructors see it and can have it graded again.',
} as const satisfies Record<Submission['status'], string>;
