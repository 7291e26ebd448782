import type { Response } from 'express';
import { acceptInvitation, lookAtInvitation } from '../../app/accept-invitation.ts';
import { notFound } from '../../app/actor.ts';
import { hashOfSecret } from '../../app/secret-token.ts';
import { type NewSession, createToken, signIn } from '../../app/sign-in.ts';
import { clearSessionCookie, sessionTokenOf, setSessionCookie } from '../authenticate.ts';
import { uuidOf } from '../is-uuid.ts';
import {
  type Route,
  changing,
  done,
  ok,
  publicRoute,
  reading,
  route,
  signedOut,
  toPerson,
} from '../route.ts';
import {
  CreatedToken,
  InvitationAccept,
  InvitationFacts,
  InvitationLook,
  Me,
  NewToken,
  SignInRequest,
  TokenList,
} from '../schemas/session.ts';
import type { Service } from '../service.ts';
import { meView } from '../views/me-view.ts';

export function sessionRoutes(service: Service, secure: boolean): Route[] {
  async function enter(response: Response, session: NewSession) {
    setSessionCookie(response, session.secret, session.expiresAt, secure);
    const actor = await service.people.actorByToken(
      hashOfSecret(session.secret),
      ['session'],
      service.clock.now(),
    );
    if (actor === null) throw signedOut();
    return meView(service, actor);
  }

  return [
    publicRoute(
      {
        ...changing,
        method: 'post',
        path: '/session',
        tag: 'Session',
        summary: 'Sign in by the one-time token of a link, or by an API token; sets the session cookie',
        budget: 'signing-in',
        body: SignInRequest,
        answer: ok(Me, 'Signed in'),
      },
      async (_actor, { body, response }) => enter(response, await signIn(service, body.token)),
    ),
    publicRoute(
      {
        ...changing,
        method: 'delete',
        path: '/session',
        tag: 'Session',
        summary: 'Sign out; the session ends on the server too',
        answer: done('Signed out'),
      },
      async (actor, { request, response }) => {
        const tokenId = actor === null ? null : sessionTokenOf(request);
        if (actor !== null && tokenId !== null) {
          await service.people.endToken(actor.personId, tokenId, null, service.clock.now());
        }
        clearSessionCookie(response, secure);
        return undefined;
      },
    ),
    route(
      {
        ...reading,
        path: '/me',
        tag: 'Session',
        summary: 'Who you are and what you are in',
        access: toPerson('read'),
        answer: ok(Me, 'You'),
      },
      (actor) => meView(service, actor),
    ),
    route(
      {
        ...reading,
        path: '/tokens',
        tag: 'Session',
        summary: 'Your API tokens',
        access: toPerson('read'),
        answer: ok(TokenList, 'Live tokens, without their secrets'),
      },
      async (actor) => {
        const tokens = await service.people.tokens(actor.personId, service.clock.now());
        return {
          tokens: tokens.map(({ id, label, scopes, createdAt, expiresAt, lastUsedAt }) => ({
            id,
            label,
            scopes: [...scopes],
            createdAt: createdAt.toISOString(),
            expiresAt: expiresAt.toISOString(),
            lastUsedAt: lastUsedAt?.toISOString() ?? null,
          })),
        };
      },
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: '/tokens',
        tag: 'Session',
        summary: 'Make an API token; its secret is shown this once',
        access: toPerson('read'),
        body: NewToken,
        answer: { status: 201, description: 'Made', schema: CreatedToken },
      },
      async (actor, { body }) => {
        const { id, secret, label, scopes, expiresAt } = await createToken(service, actor, body);
        return { id, secret, label, scopes: [...scopes], expiresAt: expiresAt.toISOString() };
      },
    ),
    route(
      {
        ...changing,
        method: 'delete',
        path: '/tokens/:token',
        tag: 'Session',
        summary: 'Revoke an API token',
        access: toPerson('read'),
        answer: done('Revoked'),
      },
      async (actor, { params }) => {
        const id = uuidOf(params('token'));
        const subject = `person:${actor.personId}`;
        const audit = {
          actorId: actor.personId,
          courseId: null,
          act: 'token.revoked',
          subject,
          detail: { token: id },
        };
        if (!(await service.people.endToken(actor.personId, id, audit, service.clock.now())))
          throw notFound('token');
        return undefined;
      },
    ),
    publicRoute(
      {
        ...changing,
        method: 'post',
        path: '/invitations/look',
        tag: 'Session',
        summary: 'What an invitation link leads to',
        budget: 'signing-in',
        body: InvitationLook,
        answer: ok(InvitationFacts, 'Course and role'),
      },
      async (_actor, { body }) => {
        const { courseId, courseTitle, role, expiresAt } = await lookAtInvitation(service, body.token);
        return { course: { id: courseId, title: courseTitle }, role, expiresAt: expiresAt.toISOString() };
      },
    ),
    publicRoute(
      {
        ...changing,
        method: 'post',
        path: '/invitations/accept',
        tag: 'Session',
        summary: 'Join a course by an invitation link',
        budget: 'signing-in',
        body: InvitationAccept,
        answer: ok(Me, 'Joined, and signed in'),
      },
      async (actor, { body, response }) => {
        const session = await acceptInvitation(service, actor, body.token, {
          name: body.name,
          email: body.email,
        });
        if (session !== null) return enter(response, session);
        const me = actor && (await service.people.find(actor.personId));
        if (actor === null || me === null) throw signedOut();
        const joined = await lookAtMemberships(service, actor);
        return meView(service, joined);
      },
    ),
  ];
}

/** The actor with the roles as they are now, after joining. */
async function lookAtMemberships(service: Service, actor: Parameters<typeof meView>[1]) {
  const roles = new Map(actor.roles);
  for (const course of await service.courses.all()) {
    const member = await service.courses.member(course.id, actor.personId);
    if (member !== null) roles.set(course.id, member.role);
  }
  return { ...actor, roles };
}
