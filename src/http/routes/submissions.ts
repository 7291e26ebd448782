import { z } from 'zod';
import { isStaff, notFound } from '../../app/actor.ts';
import { cancelSubmission, regradeSubmission } from '../../app/change-run.ts';
import { seeSubmission, submittedFiles } from '../../app/see-submission.ts';
import { filesOverStarter, openSubmission, submit } from '../../app/submit.ts';
import { waitOf } from '../../app/submission-state.ts';
import { SubmissionWatch } from '../../app/submission-watch.ts';
import { type FileEntry, sortedByPath } from '../../core/file-set.ts';
import { isUuid, uuidOf } from '../is-uuid.ts';
import { followSubmission, listSubmissions, sendSubmission, showSubmission } from '../learner-routes.ts';
import { type Route, changing, ok, reading, route, toPerson } from '../route.ts';
import { RegradeAccepted, RegradeRequest } from '../schemas/regrade.ts';
import { FileList, Submission } from '../schemas/submission.ts';
import type { Service } from '../service.ts';
import { SubmissionStreams } from '../submission-stream.ts';
import { idempotencyKeyOf, uploadOf } from '../upload.ts';
import { linksOf, submissionSummary, submissionView } from '../views/submission-view.ts';

const MAX_TEXT_BYTES = 256 * 1024;

export function submissionRoutes(service: Service): Route[] {
  const streams = new SubmissionStreams(service, new SubmissionWatch(service));
  return [
    route(sendSubmission, async (actor, { params, body, request }) => {
      const ticket = await openSubmission(service, actor, params('course'), params('assignment'));
      const files = body
        ? filesOverStarter(ticket.scenario, body.files, service.intake)
        : await service.readArchive(await uploadOf(request), service.intake);
      const key = idempotencyKeyOf(request);
      const taken = await submit(service, actor, ticket, files, body ? 'files' : 'archive', key);
      const { submissionId: id, runId, attempt, repeated } = taken;
      // What was taken just now waits; what was sent once more may be anywhere by now.
      const status = repeated ? (await seeSubmission(service, actor, id)).status : 'queued';
      const { courseId, slug: assignmentSlug } = ticket.assignment;
      const links = linksOf(service, { id, courseId, assignmentSlug });
      return { id, attempt, status, ...(await waitOf(service, runId)), links };
    }),
    route(listSubmissions, async (actor, { params, query }) => {
      const assignment = await service.assignments.find(params('course'), params('assignment'));
      if (assignment === null) throw notFound('assignment');
      const personId = isStaff(actor, assignment.courseId) ? query.person : actor.personId;
      const records = await service.submissions.list({
        assignmentId: assignment.id,
        limit: query.limit,
        ...(personId !== undefined && { personId }),
        ...(query.before !== undefined && isUuid(query.before) && { before: query.before }),
      });
      const next = records.length === query.limit ? (records.at(-1)?.id ?? null) : null;
      return { submissions: records.map(submissionSummary), next };
    }),
    route(showSubmission, async (actor, { params }) =>
      submissionView(service, actor, await seeSubmission(service, actor, uuidOf(params('submission')))),
    ),
    route(followSubmission, async (actor, { params, request, response }) => {
      const record = await seeSubmission(service, actor, uuidOf(params('submission')));
      await streams.stream(actor, record, request, response);
      return undefined;
    }),
    route(
      {
        ...reading,
        path: '/submissions/:submission/files',
        tag: 'Submissions',
        summary: 'The submitted files',
        access: toPerson('read'),
        answer: ok(FileList, 'Every file; text where it is text and not large'),
      },
      async (actor, { params }) => {
        const record = await seeSubmission(service, actor, uuidOf(params('submission')));
        const files = await submittedFiles(service, record);
        return { files: sortedByPath(files).map(([path, entry]) => fileView(path, entry)) };
      },
    ),
    route(
      {
        ...reading,
        path: '/submissions/:submission/archive',
        tag: 'Submissions',
        summary: 'The submitted files as .tar.gz',
        access: toPerson('read'),
        answer: { ...ok(z.undefined(), 'The archive'), contentType: 'application/gzip' },
      },
      async (actor, { params, response }) => {
        const record = await seeSubmission(service, actor, uuidOf(params('submission')));
        const name = `${record.assignmentSlug}-${record.attempt}`;
        const files = await submittedFiles(service, record);
        response.attachment(`${name}.tar.gz`).type('application/gzip');
        service.packArchive(files, name).pipe(response);
        return undefined;
      },
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: '/submissions/:submission/cancel',
        tag: 'Submissions',
        summary: 'Cancel what waits or runs',
        access: toPerson('submit'),
        answer: ok(Submission, 'The cancelled submission'),
      },
      async (actor, { params }) => {
        const id = uuidOf(params('submission'));
        await cancelSubmission(service, actor, id);
        return submissionView(service, actor, await seeSubmission(service, actor, id));
      },
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: '/submissions/:submission/regrade',
        tag: 'Regrading',
        summary: 'Grade once more; it counts by itself unless the score is lower',
        access: toPerson('teach'),
        body: RegradeRequest,
        answer: { status: 202, description: 'Queued', schema: RegradeAccepted },
      },
      (actor, { params, body }) =>
        regradeSubmission(service, actor, uuidOf(params('submission')), body.reason),
    ),
  ];
}

function fileView(path: string, entry: FileEntry) {
  const bytes = Buffer.from(entry.bytes);
  const isText = bytes.byteLength <= MAX_TEXT_BYTES && !bytes.includes(0);
  return {
    path,
    bytes: bytes.byteLength,
    executable: entry.executable,
    text: isText ? bytes.toString('utf8') : null,
  };
}
