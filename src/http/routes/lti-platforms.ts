import { notFound } from '../../app/actor.ts';
import { removeLtiKey, rotateLtiKey, signing } from '../../app/lti-keys.ts';
import { changePlatform, registerPlatform } from '../../app/register-platform.ts';
import { uuidOf } from '../is-uuid.ts';
import {
  type Access,
  type Answer,
  type Route,
  changing,
  done,
  ok,
  reading,
  route,
  toCourse,
} from '../route.ts';
import { LtiPlatform, LtiPlatformChange, LtiSite, NewLtiPlatform } from '../schemas/lti.ts';
import type { Service } from '../service.ts';
import { platformView, toolView } from '../views/lti-view.ts';

const ADMIN: Access = { to: 'admin', scope: 'admin' };
const REGISTERED: Answer<typeof LtiPlatform> = {
  status: 201,
  description: 'Registered',
  schema: LtiPlatform,
};

/** Platforms that may launch, for one course or for all of them, and the keys that they know us by. */
export function ltiPlatformRoutes(service: Service): Route[] {
  return [
    route(
      {
        ...reading,
        path: '/lti/platforms',
        tag: 'LTI',
        summary: 'Platforms that launch into every course, our keys, and what to enter at a platform',
        access: ADMIN,
        answer: ok(LtiSite, 'Platforms and keys'),
      },
      () => siteView(service),
    ),
    ...registration(service, '/lti/platforms', ADMIN, 'every course'),
    ...registration(
      service,
      '/courses/:course/lti/platforms',
      toCourse('instructor', 'teach'),
      'this course alone',
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: '/lti/keys',
        tag: 'LTI',
        summary: 'Make another key: it is published at once, and signs from a day later',
        access: ADMIN,
        answer: { status: 201, description: 'Made', schema: LtiSite },
      },
      async (actor) => {
        await rotateLtiKey(service, actor);
        return siteView(service);
      },
    ),
    route(
      {
        ...changing,
        method: 'delete',
        path: '/lti/keys/:key',
        tag: 'LTI',
        summary: 'End a key that doesn’t sign any more',
        access: ADMIN,
        answer: done('Ended'),
      },
      async (actor, { params }) => {
        await removeLtiKey(service, actor, uuidOf(params('key')));
        return undefined;
      },
    ),
  ];
}

function registration(service: Service, path: string, access: Access, whereTo: string): Route[] {
  const courseOf = (name: string): string | null => (name === '' ? null : name);
  return [
    route(
      {
        ...changing,
        method: 'post',
        path,
        tag: 'LTI',
        summary: `Register a platform that launches into ${whereTo}`,
        access,
        body: NewLtiPlatform,
        answer: REGISTERED,
      },
      async (actor, { params, body }) => {
        const courseId = courseOf(params('course'));
        if (courseId !== null && (await service.courses.find(courseId)) === null) throw notFound('course');
        return platformView(await registerPlatform(service, actor, { ...body, courseId }));
      },
    ),
    route(
      {
        ...changing,
        method: 'put',
        path: `${path}/:platform`,
        tag: 'LTI',
        summary: 'Change name, deployments or addresses of a platform; its links and people stay',
        access,
        body: LtiPlatformChange,
        answer: ok(LtiPlatform, 'The platform as it is now'),
      },
      async (actor, { params, body }) => {
        const courseId = courseOf(params('course'));
        const id = uuidOf(params('platform'));
        return platformView(await changePlatform(service, actor, id, courseId, body));
      },
    ),
    route(
      {
        ...changing,
        method: 'delete',
        path: `${path}/:platform`,
        tag: 'LTI',
        summary: 'Take no more launches from a platform and tell it nothing more; people and their work stay',
        access,
        answer: done('Removed'),
      },
      async (actor, { params }) => {
        const courseId = courseOf(params('course'));
        const id = uuidOf(params('platform'));
        const subject = `lti-platform:${id}`;
        const audit = { actorId: actor.personId, courseId, act: 'lti.platform-removed', subject, detail: {} };
        if (!(await service.lti.removePlatform(id, courseId, audit, service.clock.now())))
          throw notFound('platform');
        return undefined;
      },
    ),
  ];
}

async function siteView(service: Service) {
  const [platforms, keys] = await Promise.all([service.lti.platforms(null), service.lti.keys()]);
  const signs = signing(keys, service.clock.now())?.id;
  return {
    tool: toolView(service.publicUrl),
    platforms: platforms.map(platformView),
    keys: keys.map(({ id, createdAt, signsFrom }) => ({
      id,
      createdAt: createdAt.toISOString(),
      signsFrom: signsFrom.toISOString(),
      signs: id === signs,
    })),
  };
}
