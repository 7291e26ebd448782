import { randomBytes, randomUUID } from 'node:crypto';
import { notFound } from '../../app/actor.ts';
import { sshKeyPurpose } from '../../app/forge-access.ts';
import { neededSecrets, openForgeCredential, openForgeSecret, sealForge } from '../../app/forge-secrets.ts';
import type { ForgeRecord, ForgeSsh } from '../../app/ports/forges.ts';
import { noteOf } from '../audit-note.ts';
import { uuidOf } from '../is-uuid.ts';
import { type Route, changing, done, ok, reading, route, toCourse } from '../route.ts';
import { CreatedForge, ForgeAsItIs, ForgeChange, ForgeList, NewForge } from '../schemas/forge.ts';
import type { Service } from '../service.ts';
import { forgeView } from '../views/forge-view.ts';

export const FORGES = '/courses/:course/forges';

/** A forge of a course. @throws Refusal */
export async function forgeOf(service: Service, courseId: string, id: string): Promise<ForgeRecord> {
  const forge = await service.forges.find(courseId, uuidOf(id));
  if (forge === null) throw notFound('forge');
  return forge;
}

/** Forges of a course. */
export function forgeRoutes(service: Service): Route[] {
  const viewOf = async (forge: ForgeRecord) => {
    const [repositories, untold] = await Promise.all([
      service.forges.repositories(forge.id),
      service.forges.untold(forge.courseId, service.clock.now()),
    ]);
    return forgeView(service, forge, repositories.length, untold.get(forge.id));
  };
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
        const [forges, untold] = await Promise.all([
          service.forges.list(params('course')),
          service.forges.untold(params('course'), service.clock.now()),
        ]);
        return {
          forges: forges.map((forge) => forgeView(service, forge, forge.repositories, untold.get(forge.id))),
        };
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
        const ssh = body.ssh === null ? null : sealedSsh(service, id, body.ssh, null);
        const forge = { id, courseId, kind, baseUrl, branch, ...sealed, ssh };
        const audit = noteOf(actor, courseId, 'forge.created', `forge:${id}`, { kind, baseUrl, branch });
        await service.forges.create(forge, audit, now);
        return { ...forgeView(service, { ...forge, createdAt: now }, 0), webhookSecret };
      },
    ),
    route(
      {
        ...changing,
        method: 'patch',
        path: `${FORGES}/:forge`,
        tag: 'Forges',
        summary: 'Change address, branch, token or SSH of a forge; what isn’t named stays as it is',
        access: toCourse('instructor', 'teach'),
        body: ForgeChange,
        answer: ok(ForgeAsItIs, 'The forge as it is now'),
      },
      async (actor, { params, body }) => {
        const forge = await forgeOf(service, params('course'), params('forge'));
        const secrets = neededSecrets(service.secrets);
        const credential =
          body.credential === undefined ? openForgeCredential(secrets, forge) : body.credential;
        const changed: ForgeRecord = {
          ...forge,
          ...sealForge(secrets, forge.id, openForgeSecret(secrets, forge), credential),
          baseUrl: body.baseUrl ?? forge.baseUrl,
          branch: body.branch ?? forge.branch,
          ssh: newSsh(service, forge, body.ssh),
        };
        // Names of what was changed: none of its secrets belongs into a log.
        const detail = { changed: Object.keys(body), baseUrl: changed.baseUrl, branch: changed.branch };
        const audit = noteOf(actor, forge.courseId, 'forge.changed', `forge:${forge.id}`, detail);
        await service.forges.change(changed, audit, service.clock.now());
        return viewOf(changed);
      },
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: `${FORGES}/:forge/secret`,
        tag: 'Forges',
        summary: 'Make a new webhook secret, which alone holds from then on; the answer alone shows it',
        access: toCourse('instructor', 'teach'),
        answer: { status: 201, description: 'Made', schema: CreatedForge },
      },
      async (actor, { params }) => {
        const forge = await forgeOf(service, params('course'), params('forge'));
        const secrets = neededSecrets(service.secrets);
        const webhookSecret = randomBytes(32).toString('base64url');
        const credential = openForgeCredential(secrets, forge);
        const changed = { ...forge, ...sealForge(secrets, forge.id, webhookSecret, credential) };
        const audit = noteOf(actor, forge.courseId, 'forge.secret-renewed', `forge:${forge.id}`, {});
        await service.forges.change(changed, audit, service.clock.now());
        return { ...(await viewOf(changed)), webhookSecret };
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
        const forge = await forgeOf(service, params('course'), params('forge'));
        const audit = noteOf(actor, forge.courseId, 'forge.removed', `forge:${forge.id}`, {});
        await service.forges.remove(forge.courseId, forge.id, audit, service.clock.now());
        return undefined;
      },
    ),
  ];
}

interface GivenSsh {
  readonly url: string;
  readonly hostKeys: readonly string[];
  readonly privateKey?: string | null | undefined;
}

function newSsh(service: Service, forge: ForgeRecord, given: GivenSsh | null | undefined): ForgeSsh | null {
  if (given === undefined) return forge.ssh;
  return given === null ? null : sealedSsh(service, forge.id, given, forge.ssh?.key ?? null);
}

function sealedSsh(service: Service, id: string, given: GivenSsh, stored: string | null): ForgeSsh {
  const { url, hostKeys, privateKey } = given;
  if (privateKey === undefined || privateKey === null)
    return { url, hostKeys, key: privateKey === undefined ? stored : null };
  return { url, hostKeys, key: neededSecrets(service.secrets).seal(privateKey, sshKeyPurpose(id, null)) };
}
