import { z } from 'zod';
import { type Actor, isStaff, notFound, staffCourses } from '../../app/actor.ts';
import type { AssignmentRecord } from '../../app/ports/assignments.ts';
import { textOf } from '../../core/file-set.ts';
import { Refusal } from '../../core/refusal.ts';
import { noteOf } from '../audit-note.ts';
import { definedOf, judgeSettings } from '../assignment-settings.ts';
import { listAssignments, showAssignment } from '../learner-routes.ts';
import { type Route, changing, done, ok, reading, route, toCourse, toPerson } from '../route.ts';
import { Assignment, AssignmentChange, NewAssignment, ScenarioList, Starter } from '../schemas/assignment.ts';
import { Statistics } from '../schemas/statistics.ts';
import type { Service } from '../service.ts';
import {
  assignmentItem,
  assignmentView,
  inputOf,
  scenarioOf,
  settingsView,
} from '../views/assignment-view.ts';
import { statisticsView } from '../views/statistics-view.ts';

export function assignmentRoutes(service: Service): Route[] {
  return [
    route(
      {
        ...reading,
        path: '/scenarios',
        tag: 'Assignments',
        summary: 'The scenarios that can be assigned, for staff',
        access: toPerson('read'),
        answer: ok(ScenarioList, 'Scenarios'),
      },
      async (actor) => {
        if (staffCourses(actor)?.length === 0)
          throw new Refusal('forbidden', 'That is for staff.', { rule: 'access.role' });
        const scenarios = service.scenarios.all();
        return Promise.resolve({
          scenarios: scenarios.map(({ id, title, summary, part, digest }) => ({
            id,
            title,
            summary,
            part,
            digest,
          })),
        });
      },
    ),
    route(listAssignments, async (actor, { params }) => {
      const records = await service.assignments.list(params('course'));
      const seen = records.filter((record) => record.published || isStaff(actor, record.courseId));
      return {
        assignments: await Promise.all(seen.map((record) => assignmentItem(service, actor, record))),
      };
    }),
    route(
      {
        ...changing,
        method: 'post',
        path: '/courses/:course/assignments',
        tag: 'Assignments',
        summary: 'Set a scenario as an assignment',
        access: toCourse('instructor', 'teach'),
        body: NewAssignment,
        answer: { status: 201, description: 'Set', schema: Assignment },
      },
      async (actor, { params, body }) => {
        const courseId = params('course');
        if ((await service.courses.find(courseId)) === null) throw notFound('course');
        judgeSettings(service, body);
        const audit = noteOf(actor, courseId, 'assignment.created', `assignment:${body.id}`, body);
        await service.assignments.create(courseId, inputOf(body), audit, service.clock.now());
        return assignmentView(service, actor, await seeAssignment(service, actor, courseId, body.id));
      },
    ),
    route(showAssignment, async (actor, { params }) =>
      assignmentView(
        service,
        actor,
        await seeAssignment(service, actor, params('course'), params('assignment')),
      ),
    ),
    route(
      {
        ...changing,
        method: 'patch',
        path: '/courses/:course/assignments/:assignment',
        tag: 'Assignments',
        summary: 'Change settings; every standing is worked out anew',
        access: toCourse('instructor', 'teach'),
        body: AssignmentChange,
        answer: ok(Assignment, 'The assignment as it is now'),
      },
      async (actor, { params, body }) => {
        const record = await seeAssignment(service, actor, params('course'), params('assignment'));
        const settings = { ...settingsView(record), ...definedOf(body) };
        judgeSettings(service, settings);
        if (settings.scenario !== record.scenario && (await service.assignments.hasSubmissions(record.id))) {
          throw new Refusal('conflict', 'Something was submitted already: the scenario stays.', {
            rule: 'assignment.scenario',
            wayOut: 'Make another assignment.',
          });
        }
        const audit = noteOf(actor, record.courseId, 'assignment.changed', `assignment:${record.slug}`, body);
        await service.assignments.change(record.id, inputOf(settings), audit, service.clock.now());
        return assignmentView(
          service,
          actor,
          await seeAssignment(service, actor, record.courseId, record.slug),
        );
      },
    ),
    route(
      {
        ...changing,
        method: 'delete',
        path: '/courses/:course/assignments/:assignment',
        tag: 'Assignments',
        summary: 'Remove an assignment to which nothing was submitted',
        access: toCourse('instructor', 'teach'),
        answer: done('Removed'),
      },
      async (actor, { params }) => {
        const record = await seeAssignment(service, actor, params('course'), params('assignment'));
        const audit = noteOf(actor, record.courseId, 'assignment.removed', `assignment:${record.slug}`, {});
        if (await service.assignments.remove(record.id, audit, service.clock.now())) return undefined;
        throw new Refusal('conflict', 'Something was submitted already.', {
          rule: 'assignment.submitted',
          wayOut: 'Unpublish it: learners then see it no more.',
        });
      },
    ),
    route(
      {
        ...reading,
        path: '/courses/:course/assignments/:assignment/starter',
        tag: 'Assignments',
        summary: 'The broken project as text files',
        access: toCourse('learner', 'read'),
        answer: ok(Starter, 'Path → text; null for what isn’t text'),
      },
      async (actor, { params }) => {
        const record = await seeAssignment(service, actor, params('course'), params('assignment'));
        const { starter } = scenarioOf(service, record);
        const isText = (path: string): boolean => !Buffer.from(starter.get(path)?.bytes ?? []).includes(0);
        const files = [...starter.keys()].map((path) => [
          path,
          isText(path) ? (textOf(starter, path) ?? null) : null,
        ]);
        return { files: z.record(z.string(), z.string().nullable()).parse(Object.fromEntries(files)) };
      },
    ),
    route(
      {
        ...reading,
        path: '/courses/:course/assignments/:assignment/handout',
        tag: 'Assignments',
        summary: 'The broken project to work on at home, as .tar.gz',
        access: toCourse('learner', 'read'),
        answer: { ...ok(z.undefined(), 'The archive'), contentType: 'application/gzip' },
      },
      async (actor, { params, response }) => {
        const record = await seeAssignment(service, actor, params('course'), params('assignment'));
        const files = service.scenarios.handout(scenarioOf(service, record));
        response.attachment(`${record.slug}.tar.gz`).type('application/gzip');
        service.packArchive(files, record.slug).pipe(response);
        return undefined;
      },
    ),
    route(
      {
        ...reading,
        path: '/courses/:course/assignments/:assignment/statistics',
        tag: 'Gradebook',
        summary: 'Distribution, pass rate, attempts to pass, which checks fail most',
        access: toCourse('assistant', 'read'),
        answer: ok(Statistics, 'The figures'),
      },
      async (actor, { params }) => {
        const record = await seeAssignment(service, actor, params('course'), params('assignment'));
        return statisticsView(await service.gradebooks.figures(record.id));
      },
    ),
  ];
}

/** @throws Refusal `not-found`, also for a learner who asks for one that isn't published */
export async function seeAssignment(
  service: Pick<Service, 'assignments'>,
  actor: Actor,
  courseId: string,
  slug: string,
): Promise<AssignmentRecord> {
  const record = await service.assignments.find(courseId, slug);
  if (record === null || (!record.published && !isStaff(actor, courseId))) throw notFound('assignment');
  return record;
}
