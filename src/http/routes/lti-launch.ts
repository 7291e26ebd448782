import type { Request, Response } from 'express';
import { beginLaunch } from '../../app/begin-launch.ts';
import { finishLaunch } from '../../app/finish-launch.ts';
import { newSecret } from '../../app/secret-token.ts';
import { Refusal } from '../../core/refusal.ts';
import { secretCookieOf, setSessionCookie } from '../authenticate.ts';
import { parseRequest } from '../invalid-request.ts';
import { sendLtiPage, sendLtiProblem } from '../lti-page.ts';
import { readText } from '../read-text.ts';
import { requestIdOf } from '../request-id.ts';
import { type Answer, NoAnswer, type Route, changing, ok, publicRoute, reading } from '../route.ts';
import { AnyQuery, LaunchParameters, LoginParameters, LtiCanvas, LtiKeySet } from '../schemas/lti.ts';
import type { Service } from '../service.ts';
import { canvasConfiguration } from '../views/lti-view.ts';

const PATH = '/api/v1/lti';
const COOKIE = 'labgrader_lti';
const COOKIE_MS = 3_600_000;
/** For the platform's keys, which are asked for on behalf of all who come meanwhile: whoever hangs up breaks nothing off. */
const ASKING_MS = 20_000;
const MAX_BYTES = 64 * 1024;
const FORM_TYPE = 'application/x-www-form-urlencoded';
const FORM = {
  ...changing,
  // A class comes in from one address, at the same minute.
  budget: 'reading',
  anonymous: true,
  rawBodyTypes: [FORM_TYPE],
  query: AnyQuery,
} as const;

/**
 * Launches by LTI 1.3. They come from another site's page by way of the browser, so the answers are pages and
 * redirections, and the session cookie that may come along says nothing.
 */
export function ltiLaunchRoutes(service: Service, secure: boolean): Route[] {
  // A platform's form brings it back from another site. Browsers take that for secure addresses alone.
  const cookie = { httpOnly: true, secure, sameSite: secure ? 'none' : 'lax', path: PATH } as const;

  async function begin(request: Request, response: Response, given: unknown): Promise<void> {
    const told = parseRequest(LoginParameters, given, 'query');
    if (request.get('sec-fetch-dest') === 'iframe') {
      const href = `${PATH}/login?${queryOf(told)}`;
      const link = { href, text: 'Open in a new window' };
      const words = [
        'A page within another one can keep no sign-in, so labgrader opens in a window of its own.',
      ];
      sendLtiPage(response, { status: 200, title: 'labgrader', words, link });
      return;
    }
    const secret = secretCookieOf(request, COOKIE) ?? newSecret('lti');
    const login = {
      issuer: told.iss,
      loginHint: told.login_hint,
      targetLinkUri: told.target_link_uri,
      messageHint: told.lti_message_hint ?? null,
      clientId: told.client_id ?? null,
      deploymentId: told.lti_deployment_id ?? null,
    };
    const url = await beginLaunch(service, login, secret);
    response.cookie(COOKIE, secret, { ...cookie, maxAge: COOKIE_MS });
    response.redirect(302, url);
  }

  async function finish(request: Request, response: Response, given: unknown): Promise<void> {
    const { state, id_token: idToken } = parseRequest(LaunchParameters, launchForm(given), 'body');
    const browserSecret = secretCookieOf(request, COOKIE) ?? null;
    const ended = await finishLaunch(
      service,
      { state, idToken, browserSecret },
      AbortSignal.timeout(ASKING_MS),
    );
    if (ended.end === 'unlinked') {
      const words = [
        `“${ended.title}” isn’t linked to a course here yet.`,
        'An instructor of the course here says which one it is, with this ticket, which holds for a day:',
        ended.ticket,
      ];
      // Behind the `#`, which no browser tells a server.
      const link = { href: `/link-course#${ended.ticket}`, text: 'Say which course it is' };
      sendLtiPage(response, { status: 200, title: 'Which course is this?', words, link });
      return;
    }
    const { session, place } = ended;
    setSessionCookie(response, session.secret, session.expiresAt, secure);
    response.redirect(303, pageOf(place));
  }

  return [
    publicRoute(
      {
        ...reading,
        path: '/lti/login',
        tag: 'LTI',
        summary: 'Where a platform begins a launch (OIDC third-party initiated login)',
        anonymous: true,
        query: AnyQuery,
        answer: PAGE,
      },
      (_actor, { request, response, query }) =>
        withPages(request, response, () => begin(request, response, query)),
    ),
    publicRoute(
      {
        ...FORM,
        method: 'post',
        path: '/lti/login',
        tag: 'LTI',
        summary: 'The same, by a form',
        rawExamples: LOGIN_EXAMPLE,
        answer: PAGE,
      },
      (_actor, { request, response }) =>
        withPages(request, response, async () => begin(request, response, await formOf(request))),
    ),
    publicRoute(
      {
        ...FORM,
        method: 'post',
        path: '/lti/launch',
        tag: 'LTI',
        summary: 'Where a platform’s answer ends a launch (resource link request)',
        rawExamples: LAUNCH_EXAMPLE,
        answer: PAGE,
      },
      (_actor, { request, response }) =>
        withPages(request, response, async () => finish(request, response, await formOf(request))),
    ),
    publicRoute(
      {
        ...reading,
        path: '/lti/jwks',
        tag: 'LTI',
        summary: 'The public keys that platforms know this service by',
        anonymous: true,
        answer: ok(LtiKeySet, 'A JSON Web Key Set'),
      },
      async () => {
        const keys = await service.lti.keys();
        return { keys: keys.map((key) => ({ ...key.publicKey, kid: key.id })) };
      },
    ),
    publicRoute(
      {
        ...reading,
        path: '/lti/canvas',
        tag: 'LTI',
        summary: 'What Canvas reads to set up a developer key',
        anonymous: true,
        answer: ok(LtiCanvas, 'Canvas’s own format'),
      },
      () => Promise.resolve(canvasConfiguration(service.publicUrl)),
    ),
  ];
}

const PAGE: Answer<typeof NoAnswer> = {
  status: 200,
  description: 'A redirection, or a page that says why there is none',
  schema: NoAnswer,
  contentType: 'text/html',
  example: '<!doctype html>\n<h1>The link could not be opened</h1>\n',
};
const LOGIN_EXAMPLE = {
  [FORM_TYPE]:
    'iss=https%3A%2F%2Fmoodle.example.edu&client_id=aB3dE5fG7hJ9kL1&login_hint=42' +
    '&target_link_uri=https%3A%2F%2Flabs.example.edu%2Fapi%2Fv1%2Flti%2Flaunch',
};
const LAUNCH_EXAMPLE = { [FORM_TYPE]: 'state=lgx_…&id_token=eyJhbGciOiJSUzI1NiIsImtpZCI6…' };

async function withPages(
  request: Request,
  response: Response,
  body: () => Promise<void>,
): Promise<undefined> {
  try {
    await body();
  } catch (error) {
    sendLtiProblem(response, error, requestIdOf(request));
  }
  return undefined;
}

function queryOf(told: LoginParameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(told)) if (value !== undefined) query.set(name, value);
  return query.toString();
}

async function formOf(request: Request): Promise<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(await readText(request, FORM_TYPE, MAX_BYTES)));
}

/** A platform that didn't let the launch go on says so instead of sending a token. */
function launchForm(form: unknown): unknown {
  if (typeof form === 'object' && form !== null && 'error' in form && !('id_token' in form)) {
    throw new Refusal('request-invalid', `The platform says no: ${String(form.error).slice(0, 100)}.`, {
      rule: 'lti.platform-error',
      wayOut: 'Sign in at the platform, and open the link there again.',
    });
  }
  return form;
}

function pageOf(place: { readonly courseId: string; readonly assignment: string | null }): string {
  const course = `/courses/${place.courseId}`;
  return place.assignment === null ? course : `${course}/assignments/${place.assignment}`;
}
