import type { Request, Response } from 'express';
import { z } from 'zod';
import { notFound, requireRole } from '../../app/actor.ts';
import { readGradebook } from '../../app/read-gradebook.ts';
import { EventStream } from '../event-stream.ts';
import { gradebookTable } from '../gradebook-table.ts';
import { uuidOf } from '../is-uuid.ts';
import { type Route, ok, reading, route, toCourse } from '../route.ts';
import { Gradebook, GradebookChange, History } from '../schemas/gradebook.ts';
import { exampleOf } from '../schemas/with-example.ts';
import type { Service } from '../service.ts';
import { standingView } from '../views/assignment-view.ts';
import { cellView, gradebookView } from '../views/gradebook-view.ts';
import { submissionSummary } from '../views/submission-view.ts';
import { memberView } from './people.ts';

/** Submissions of one learner that a history lists. */
const MAX_HISTORY = 200;

export function gradebookRoutes(service: Service): Route[] {
  return [
    route(
      {
        ...reading,
        path: '/courses/:course/gradebook',
        tag: 'Gradebook',
        summary: 'Learner × assignment: what counts, with totals',
        access: toCourse('assistant', 'read'),
        answer: ok(Gradebook, 'The gradebook'),
      },
      async (_actor, { params }) => gradebookView(await readGradebook(service, params('course'))),
    ),
    route(
      {
        ...reading,
        path: '/courses/:course/gradebook.csv',
        tag: 'Gradebook',
        summary: 'The gradebook as CSV for spreadsheets, Canvas or Moodle',
        access: toCourse('assistant', 'read'),
        query: z.strictObject({ format: z.enum(['plain', 'canvas', 'moodle']).default('plain') }),
        answer: {
          ...ok(z.undefined(), 'The table'),
          contentType: 'text/csv',
          example:
            'Name,Email,External ID,Nobody answers,Total\r\nAda Lovelace,ada@example.edu,20-915-347,90,90\r\n',
        },
      },
      async (_actor, { params, query, response }) => {
        const gradebook = await readGradebook(service, params('course'));
        const name = `${gradebook.course.id}-gradebook${query.format === 'plain' ? '' : `-${query.format}`}.csv`;
        response
          .attachment(name)
          .type('text/csv; charset=utf-8')
          .send(gradebookTable(gradebook, query.format));
        return undefined;
      },
    ),
    route(
      {
        ...reading,
        path: '/courses/:course/gradebook/events',
        tag: 'Gradebook',
        summary: 'Changed cells as verdicts come in, as server-sent events',
        access: toCourse('assistant', 'read'),
        answer: {
          ...ok(z.undefined(), 'A stream of events'),
          contentType: 'text/event-stream',
          example: `event: cell\ndata: ${JSON.stringify(exampleOf(GradebookChange))}\n\n`,
        },
      },
      async (_actor, { params, request, response }) => {
        await streamGradebook(service, params('course'), request, response);
        return undefined;
      },
    ),
    route(
      {
        ...reading,
        path: '/courses/:course/people/:person/history',
        tag: 'Gradebook',
        summary: 'Everything that one learner submitted; for staff and the learner',
        access: toCourse('learner', 'read'),
        answer: ok(History, 'By assignment'),
      },
      async (actor, { params }) => {
        const courseId = params('course');
        const personId = uuidOf(params('person'));
        if (personId !== actor.personId) requireRole(actor, courseId, 'assistant');
        const [member, assignments, submissions] = await Promise.all([
          service.courses.member(courseId, personId),
          service.assignments.list(courseId),
          service.submissions.list({ courseId, personId, limit: MAX_HISTORY }),
        ]);
        if (member === null) throw notFound('person');
        const items = assignments
          .filter((assignment) => assignment.published)
          .map(async (assignment) => ({
            assignment: { id: assignment.slug, title: assignment.title },
            standing: standingView(await service.assignments.standing(assignment, personId)),
            submissions: submissions
              .filter((item) => item.assignmentId === assignment.id)
              .map(submissionSummary),
          }));
        return { person: memberView(member), assignments: await Promise.all(items) };
      },
    ),
  ];
}

async function streamGradebook(
  service: Service,
  courseId: string,
  request: Request,
  response: Response,
): Promise<void> {
  using stream = new EventStream(request, response);
  const ending = stream.gone;
  service.feed.onChange((change) => {
    if (change.courseId !== courseId) return;
    tellCell(service, stream, change.courseId, change.personId, change.assignmentId).catch(() => undefined);
  }, ending);
  stream.send('ready', {});
  await new Promise<void>((resolve) => {
    if (ending.aborted) resolve();
    ending.addEventListener('abort', () => {
      resolve();
    });
  });
}

async function tellCell(
  service: Service,
  stream: EventStream,
  courseId: string,
  personId: string,
  assignmentId: string,
): Promise<void> {
  const gradebook = await readGradebook(service, courseId, personId);
  const index = gradebook.assignments.findIndex((assignment) => assignment.id === assignmentId);
  const assignment = gradebook.assignments[index];
  const row = gradebook.rows[0];
  if (assignment === undefined || row === undefined) return;
  const cell = cellView(row.cells[index] ?? null);
  stream.send('cell', {
    person: personId,
    assignment: assignment.slug,
    cell,
    total: row.total,
  } satisfies GradebookChange);
}
