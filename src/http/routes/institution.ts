import type { Response } from 'express';
import { beginInstitutionSignIn, finishInstitutionSignIn } from '../../app/sign-in-by-institution.ts';
import { secretCookieOf, sessionTokenOf, setSessionCookie } from '../authenticate.ts';
import { type Route, changing, ok, publicRoute, reading } from '../route.ts';
import {
  BeginInstitutionSignIn,
  BegunInstitutionSignIn,
  FinishInstitutionSignIn,
  FinishedInstitutionSignIn,
  InstitutionSignIn,
} from '../schemas/institution.ts';
import type { Service } from '../service.ts';

const COOKIE = 'labgrader_attempt';
const PATH = '/session/institution';

/**
 * Sign-in at an institution, by pages of ours on both ends: the sign-in page asks where to go, and the page that the
 * institution sends people back to hands in what came with them. So a failure is a problem that a page shows, and the
 * cookies needn't be sent with anything that comes from another site.
 */
export function institutionRoutes(service: Service, secure: boolean): Route[] {
  const cookie = { httpOnly: true, sameSite: 'strict', secure, path: `/api/v1${PATH}` } as const;
  function keep(response: Response, secret: string, expires: Date): void {
    response.cookie(COOKIE, secret, { ...cookie, expires });
  }

  return [
    publicRoute(
      {
        ...reading,
        path: PATH,
        tag: 'Session',
        summary: 'By which institution one may sign in',
        answer: ok(InstitutionSignIn, 'The institution, or none'),
      },
      () =>
        Promise.resolve({
          institution: service.institution === null ? null : { name: service.institution.name },
        }),
    ),
    publicRoute(
      {
        ...changing,
        method: 'post',
        path: PATH,
        tag: 'Session',
        summary:
          'Begin to sign in at the institution; sets a cookie that belongs to this sign-in for ten minutes',
        body: BeginInstitutionSignIn,
        answer: ok(BegunInstitutionSignIn, 'Where to send the browser'),
      },
      async (_actor, { body, response }) => {
        const { url, secret, expiresAt } = await beginInstitutionSignIn(service, body.returnTo);
        keep(response, secret, expiresAt);
        return { url };
      },
    ),
    publicRoute(
      {
        ...changing,
        method: 'post',
        path: `${PATH}/answer`,
        tag: 'Session',
        summary: 'Hand in what the institution sent the browser back with; sets the session cookie',
        body: FinishInstitutionSignIn,
        answer: ok(FinishedInstitutionSignIn, 'Signed in'),
      },
      async (actor, { body, request, response }) => {
        const answer = new URLSearchParams(body.answer);
        const secret = secretCookieOf(request, COOKIE);
        const { session, returnTo } = await finishInstitutionSignIn(service, secret, answer);
        const before = actor === null ? null : sessionTokenOf(request);
        if (actor !== null && before !== null) {
          await service.people.endToken(actor.personId, before, null, service.clock.now());
        }
        response.clearCookie(COOKIE, cookie);
        setSessionCookie(response, session.secret, session.expiresAt, secure);
        return { returnTo };
      },
    ),
  ];
}
