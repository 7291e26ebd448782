import { z } from 'zod';
import { notFound } from '../../app/actor.ts';
import { mapRepositories, peopleOf } from '../../app/map-repositories.ts';
import { noteOf } from '../audit-note.ts';
import { readForgeTable } from '../forge-table.ts';
import { uuidOf } from '../is-uuid.ts';
import { readText } from '../read-text.ts';
import { type Route, changing, done, ok, reading, route, toCourse } from '../route.ts';
import { ForgeRepositoryList, MappingOutcome, NewForgeRepositories } from '../schemas/forge.ts';
import type { Service } from '../service.ts';
import { repositoryView } from '../views/forge-view.ts';
import { forgeOf, FORGES } from './forges.ts';

const REPOSITORIES = `${FORGES}/:forge/repositories`;
const TABLE_BYTES = 1024 * 1024;

/** Whose work the repositories of a forge hold. */
export function forgeRepositoryRoutes(service: Service): Route[] {
  const list = async (forgeId: string) => ({
    repositories: (await service.forges.repositories(forgeId)).map(repositoryView),
  });
  return [
    route(
      {
        ...reading,
        path: REPOSITORIES,
        tag: 'Forges',
        summary: 'Whose work each repository holds',
        access: toCourse('instructor', 'teach'),
        answer: ok(ForgeRepositoryList, 'Repositories'),
      },
      async (_actor, { params }) => list((await forgeOf(service, params('course'), params('forge'))).id),
    ),
    route(
      {
        ...changing,
        method: 'put',
        path: REPOSITORIES,
        tag: 'Forges',
        summary: 'Say whose work repositories hold; those that aren’t named stay as they are',
        access: toCourse('instructor', 'teach'),
        body: NewForgeRepositories,
        answer: ok(ForgeRepositoryList, 'All repositories'),
      },
      async (actor, { params, body }) => {
        const forge = await forgeOf(service, params('course'), params('forge'));
        await mapRepositories(service, actor, forge, body.repositories);
        return list(forge.id);
      },
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: `${REPOSITORIES}/import`,
        tag: 'Forges',
        summary:
          'Map a table of repositories, all or none: CSV with the header repository,email and a column for each assignment whose folder isn’t labs/<scenario>',
        access: toCourse('instructor', 'teach'),
        query: z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') }),
        rawBodyTypes: ['text/csv'],
        rawExamples: {
          'text/csv': 'repository,email,port-bind\nclass/ada-labs,ada@example.edu,labs/first\n',
        },
        answer: ok(MappingOutcome, 'What was done, or with dryRun what would be'),
      },
      async (actor, { params, query, request }) => {
        const forge = await forgeOf(service, params('course'), params('forge'));
        const assignments = await service.assignments.list(forge.courseId);
        const slugs = new Set(assignments.map(({ slug }) => slug));
        const table = readForgeTable(await readText(request, 'text/csv', TABLE_BYTES), slugs);
        const people = await peopleOf(service, forge.courseId);
        const strangers = table.rows
          .filter(({ mapping }) => !people.has(mapping.person))
          .map(({ line, mapping }) => ({ line, message: `${mapping.person} isn’t in the course.` }));
        const problems = [...table.problems, ...strangers].sort((one, other) => one.line - other.line);
        const dryRun = query.dryRun === 'true';
        const mapped = problems.length > 0 ? 0 : table.rows.length;
        if (!dryRun && mapped > 0) {
          const mappings = table.rows.map(({ mapping }) => mapping);
          await mapRepositories(service, actor, forge, mappings);
        }
        return { dryRun, mapped, problems };
      },
    ),
    route(
      {
        ...changing,
        method: 'delete',
        path: `${REPOSITORIES}/:repository`,
        tag: 'Forges',
        summary: 'Take nothing more from a repository',
        access: toCourse('instructor', 'teach'),
        answer: done('Removed'),
      },
      async (actor, { params }) => {
        const forge = await forgeOf(service, params('course'), params('forge'));
        const id = uuidOf(params('repository'));
        const detail = { repository: id };
        const audit = noteOf(actor, forge.courseId, 'forge.unmapped', `forge:${forge.id}`, detail);
        if (!(await service.forges.unmap(forge.id, id, audit, service.clock.now())))
          throw notFound('repository');
        return undefined;
      },
    ),
  ];
}
