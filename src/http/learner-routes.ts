import { z } from 'zod';
import { type RouteSpec, changing, ok, reading, toCourse, toPerson } from './route.ts';
import { Assignment, AssignmentList } from './schemas/assignment.ts';
import { CourseList } from './schemas/course.ts';
import { Page } from './schemas/field-types.ts';
import { Accepted, Submission, SubmissionPage, SubmittedFiles } from './schemas/submission.ts';

/*
 * The routes that a learner's own tools call. They are declared apart from what answers them, so that the server mounts
 * and the client calls one and the same definition.
 */

/** What a whole project may come as. */
export const ARCHIVE_TYPES = [
  'multipart/form-data',
  'application/gzip',
  'application/zip',
  'application/octet-stream',
];

export const listCourses = {
  ...reading,
  path: '/courses',
  tag: 'Courses',
  summary: 'Your courses',
  access: toPerson('read'),
  answer: ok(CourseList, 'Courses'),
} as const satisfies RouteSpec;

export const listAssignments = {
  ...reading,
  path: '/courses/:course/assignments',
  tag: 'Assignments',
  summary: 'The assignments of a course in order, with your standing',
  access: toCourse('learner', 'read'),
  answer: ok(AssignmentList, 'Assignments'),
} as const satisfies RouteSpec;

export const showAssignment = {
  ...reading,
  path: '/courses/:course/assignments/:assignment',
  tag: 'Assignments',
  summary: 'One assignment with briefing, checks, starter and whether you may submit',
  access: toCourse('learner', 'read'),
  answer: ok(Assignment, 'The assignment'),
} as const satisfies RouteSpec;

export const sendSubmission = {
  ...changing,
  method: 'post',
  path: '/courses/:course/assignments/:assignment/submissions',
  tag: 'Submissions',
  summary: 'Submit: an archive that is the whole project, or files laid over the starter',
  access: toCourse('learner', 'submit'),
  budget: 'submitting',
  body: SubmittedFiles.optional(),
  rawBodyTypes: ARCHIVE_TYPES,
  answer: { status: 202, description: 'Taken and queued', schema: Accepted },
} as const satisfies RouteSpec;

export const listSubmissions = {
  ...reading,
  path: '/courses/:course/assignments/:assignment/submissions',
  tag: 'Submissions',
  summary: 'Submissions, newest first: a learner’s own, or everybody’s for staff',
  access: toCourse('learner', 'read'),
  query: Page.extend({ person: z.uuid().optional() }),
  answer: ok(SubmissionPage, 'One page'),
} as const satisfies RouteSpec;

export const showSubmission = {
  ...reading,
  path: '/submissions/:submission',
  tag: 'Submissions',
  summary: 'One submission with what is to be seen of its report',
  access: toPerson('read'),
  answer: ok(Submission, 'The submission'),
} as const satisfies RouteSpec;

export const followSubmission = {
  ...reading,
  path: '/submissions/:submission/events',
  tag: 'Submissions',
  summary: 'What goes on, as server-sent events: a snapshot first, then changes; resumes by Last-Event-ID',
  access: toPerson('read'),
  answer: {
    ...ok(z.undefined(), 'A stream of events'),
    contentType: 'text/event-stream',
    example:
      'id: 1764033001200-0\nevent: run\ndata: {"type":"phase","phase":"building","atMs":12}\n\nevent: end\ndata: {}\n\n',
  },
} as const satisfies RouteSpec;
