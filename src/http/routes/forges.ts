import { randomBytes, randomUUID } from 'node:crypto';
import { notFound } from '../../app/actor.ts';
import { sealForge } from '../../app/forge-secrets.ts';
import type { ForgeRecord } from '../../app/ports/forges.ts';
import { Refusal } from '../../core/refusal.ts';
import { noteOf } from '../audit-note.ts';
import { uuidOf } from '../is-uuid.ts';
import { type Route, changing, done, ok, reading, route, toCourse } from '../route.ts';
import {
  CreatedForge,
  DeliveryList,
  type Forge,
  ForgeList,
  ForgeRepositoryList,
  NewForge,
  NewForgeRepositories,
} from '../schemas/forge.ts';
import type { Service } from '../service.ts';

const FORGES = '/courses/:course/forges';
const MAX_DELIVERIES = 50;

/** Forges of a course, whose work their repositories hold, and what came of their webhooks. */
export function forgeRoutes(service: Service): Route[] {
  async function see(courseId: string, id: string): Promise<ForgeRecord> {
    const forge = await service.forges.find(courseId, uuidOf(id));
    if (forge === null) throw notFound('forge');
    return forge;
  }

  async function repositoriesOf(forgeId: string) {
    const repositories = await service.forges.repositories(forgeId);
    return {
      repositories: repositories.map((item) => ({
        id: item.id,
        name: item.name,
        person: { id: item.personId, name: item.personName },
        folders: { ...item.folders },
      })),
    };
  }

  return [
    route(
      {
        ...reading,
        path: FORGES,
        tag: 'Forges',
        summary: 'Forges that pushes are taken from',
        access: toCourse('instructor', 'teach'),
        answer: ok(ForgeList, 'Forges'),
      },
      async (_actor, { params }) => {
        const forges = await service.forges.list(params('course'));
        return { forges: forges.map((forge) => forgeView(service, forge, forge.repositories)) };
      },
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: FORGES,
        tag: 'Forges',
        summary: 'Set up a forge; the answer alone shows the secret to enter there',
        access: toCourse('instructor', 'teach'),
        body: NewForge,
        answer: { status: 201, description: 'Set up', schema: CreatedForge },
      },
      async (actor, { params, body }) => {
        const id = randomUUID();
        const courseId = params('course');
        if ((await service.courses.find(courseId)) === null) throw notFound('course');
        const webhookSecret = randomBytes(32).toString('base64url');
        const { kind, baseUrl, branch } = body;
        const sealed = sealForge(service.secrets, id, webhookSecret, body.credential);
        const now = service.clock.now();
        const forge = { id, courseId, kind, baseUrl, branch, ...sealed };
        const audit = noteOf(actor, courseId, 'forge.created', `forge:${id}`, { kind, baseUrl, branch });
        await service.forges.create(forge, audit, now);
        return { ...forgeView(service, { ...forge, createdAt: now }, 0), webhookSecret };
      },
    ),
    route(
      {
        ...changing,
        method: 'delete',
        path: `${FORGES}/:forge`,
        tag: 'Forges',
        summary: 'Take nothing more from a forge; what it brought stays',
        access: toCourse('instructor', 'teach'),
        answer: done('Removed'),
      },
      async (actor, { params }) => {
        const forge = await see(params('course'), params('forge'));
        const audit = noteOf(actor, forge.courseId, 'forge.removed', `forge:${forge.id}`, {});
        await service.forges.remove(forge.courseId, forge.id, audit, service.clock.now());
        return undefined;
      },
    ),
    route(
      {
        ...reading,
        path: `${FORGES}/:forge/repositories`,
        tag: 'Forges',
        summary: 'Whose work each repository holds',
        access: toCourse('instructor', 'teach'),
        answer: ok(ForgeRepositoryList, 'Repositories'),
      },
      async (_actor, { params }) => repositoriesOf((await see(params('course'), params('forge'))).id),
    ),
    route(
      {
        ...changing,
        method: 'put',
        path: `${FORGES}/:forge/repositories`,
        tag: 'Forges',
        summary: 'Say whose work repositories hold; those that aren’t named stay as they are',
        access: toCourse('instructor', 'teach'),
        body: NewForgeRepositories,
        answer: ok(ForgeRepositoryList, 'All repositories'),
      },
      async (actor, { params, body }) => {
        const forge = await see(params('course'), params('forge'));
        const members = await service.courses.members(forge.courseId);
        const ids = new Map(members.map((member) => [member.email, member.id]));
        const repositories = body.repositories.map(({ name, person, folders }) => {
          const personId = ids.get(person);
          if (personId === undefined) throw nobody(person);
          return { name, personId, folders };
        });
        const detail = { repositories: repositories.slice(0, 20), count: repositories.length };
        const audit = noteOf(actor, forge.courseId, 'forge.mapped', `forge:${forge.id}`, detail);
        await service.forges.map(forge.id, repositories, audit, service.clock.now());
        return repositoriesOf(forge.id);
      },
    ),
    route(
      {
        ...changing,
        method: 'delete',
        path: `${FORGES}/:forge/repositories/:repository`,
        tag: 'Forges',
        summary: 'Take nothing more from a repository',
        access: toCourse('instructor', 'teach'),
        answer: done('Removed'),
      },
      async (actor, { params }) => {
        const forge = await see(params('course'), params('forge'));
        const id = uuidOf(params('repository'));
        const audit = noteOf(actor, forge.courseId, 'forge.unmapped', `forge:${forge.id}`, {
          repository: id,
        });
        if (!(await service.forges.unmap(forge.id, id, audit, service.clock.now())))
          throw notFound('repository');
        return undefined;
      },
    ),
    route(
      {
        ...reading,
        path: `${FORGES}/:forge/deliveries`,
        tag: 'Forges',
        summary: 'Webhooks that came, newest first, and what came of them: a test delivery shows here',
        access: toCourse('instructor', 'teach'),
        answer: ok(DeliveryList, 'Deliveries'),
      },
      async (_actor, { params }) => {
        const forge = await see(params('course'), params('forge'));
        const deliveries = await service.forges.deliveries(forge.id, MAX_DELIVERIES);
        return {
          deliveries: deliveries.map((item) => ({
            id: item.deliveryId,
            event: item.event,
            repository: item.repository,
            commit: item.commit,
            state: item.state,
            note: item.note,
            receivedAt: item.receivedAt.toISOString(),
            tries: item.tries,
          })),
        };
      },
    ),
  ];
}

function forgeView(service: Service, forge: ForgeRecord, repositories: number): Forge {
  return {
    id: forge.id,
    kind: forge.kind,
    baseUrl: forge.baseUrl,
    branch: forge.branch,
    hasCredential: forge.credential !== null,
    webhookUrl: `${service.publicUrl}/api/v1/webhooks/${forge.kind}?forge=${forge.id}`,
    repositories,
    createdAt: forge.createdAt.toISOString(),
  };
}

function nobody(person: string): Refusal {
  return new Refusal('request-invalid', `\`${person}\` isn’t in the course.`, {
    rule: 'forge.person',
    wayOut: 'Enrol them first.',
  });
}
