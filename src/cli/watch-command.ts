import type { ApiClient } from '../client/api-client.ts';
import { followEvents } from '../client/follow-events.ts';
import { Refusal } from '../core/refusal.ts';
import { RunEvent } from '../core/run-event.ts';
import { followSubmission, listSubmissions, showSubmission } from '../http/learner-routes.ts';
import { Submission, SubmissionSnapshot } from '../http/schemas/submission.ts';
import { tellProgress } from './tell-progress.ts';

const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;

/**
 * Tells on standard error what a submission's run does until it is over, through lost connections too; gives back the
 * submission as it is then.
 * @throws ApiProblem when it isn't there to be seen, or the server is gone for long
 */
export async function watchSubmission(
  client: ApiClient,
  id: string,
  signal: AbortSignal,
): Promise<Submission> {
  const params = { submission: id };
  let queue = '';
  const place = (submission: Submission): void => {
    const words = queueWords(submission);
    if (words !== '' && words !== queue) process.stderr.write(`· ${words}\n`);
    queue = words;
  };
  const lost = (): void => {
    process.stderr.write('· the connection was lost; trying again\n');
  };
  for await (const event of followEvents(client, followSubmission, { params }, lost, signal)) {
    if (event.event === 'run') told(event.data);
    if (event.event === 'snapshot') {
      const snapshot = SubmissionSnapshot.safeParse(event.data);
      if (!snapshot.success) continue;
      place(snapshot.data.submission);
      snapshot.data.events.forEach(tellProgress);
      // The stream would go on: staff may have it graded again. Nobody has to sit and wait for that.
      if (snapshot.data.submission.status === 'fault') return snapshot.data.submission;
    }
    if (event.event === 'submission') {
      const submission = Submission.safeParse(event.data);
      if (!submission.success) continue;
      place(submission.data);
      if (submission.data.status === 'fault') return submission.data;
    }
  }
  return client.call(showSubmission, { params }, signal);
}

/** The id in what was given: an id, or the link of a submission. @throws Refusal where there is none */
export function submissionIdIn(text: string): string {
  const id = UUID.exec(text)?.[0];
  if (id !== undefined) return id.toLowerCase();
  throw new Refusal('request-invalid', `${JSON.stringify(text.slice(0, 200))} names no submission.`, {
    wayOut: 'Give the link or the id that submit printed.',
  });
}

/** The newest submission of one's own. @throws Refusal `not-found` where nothing was submitted */
export async function latestSubmission(
  client: ApiClient,
  params: { readonly course: string; readonly assignment: string },
  signal: AbortSignal,
): Promise<string> {
  const { submissions } = await client.call(listSubmissions, { params, query: { limit: 1 } }, signal);
  const [latest] = submissions;
  if (latest !== undefined) return latest.id;
  throw new Refusal('not-found', `Nothing was submitted to ${params.assignment} yet.`);
}

function told(data: unknown): void {
  const event = RunEvent.safeParse(data);
  if (event.success) tellProgress(event.data);
}

function queueWords({ status, position, expectedWaitSeconds }: Submission): string {
  if (status !== 'queued' || position === null) return '';
  const wait =
    expectedWaitSeconds === null ? '' : `, about ${Math.max(1, Math.round(expectedWaitSeconds))} s`;
  return `waits at place ${position}${wait}`;
}
