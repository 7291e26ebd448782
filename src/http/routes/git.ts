import type { Express, Request, RequestHandler, Response } from 'express';
import { type Actor, requireScope } from '../../app/actor.ts';
import type { GitRemote, RemoteCall } from '../../app/ports/git-remote.ts';
import { receivePush } from '../../app/receive-push.ts';
import { blockedRefusal } from '../../app/refuse-blocked.ts';
import { hashOfSecret } from '../../app/secret-token.ts';
import { openSubmission } from '../../app/submit.ts';
import { Refusal } from '../../core/refusal.ts';
import { problemOf } from '../problem.ts';
import type { RateLimit } from '../rate-limit.ts';
import { requestIdOf } from '../request-id.ts';
import type { Service } from '../service.ts';

export interface GitRoutes {
  readonly remote: GitRemote;
  readonly repositoryBytes: number;
  readonly watchMs: number;
}

const PATHS = ['/info/refs', '/git-receive-pack', '/git-upload-pack'] as const;
const SERVICES = ['git-receive-pack', 'git-upload-pack'] as const;

/** `git push http://…/git/<course>/<assignment>`: what git itself speaks, so no part of the API's document. */
export function mountGit(app: Express, service: Service, limit: RateLimit, git: GitRoutes): void {
  for (const path of PATHS) {
    const handler = answer(service, limit, git, path);
    if (path === '/info/refs') app.get(`/git/:course/:assignment${path}`, handler);
    else app.post(`/git/:course/:assignment${path}`, handler);
  }
  app.use('/git', (_request, response) => {
    response.status(404).type('text/plain').send('There is no such repository.\n');
  });
}

function answer(
  service: Service,
  limit: RateLimit,
  git: GitRoutes,
  path: RemoteCall['path'],
): RequestHandler {
  return async (request, response) => {
    try {
      await serve(service, limit, git, path, request, response);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(error, request, response);
    }
  };
}

async function serve(
  service: Service,
  limit: RateLimit,
  git: GitRoutes,
  path: RemoteCall['path'],
  request: Request,
  response: Response,
): Promise<void> {
  const call = callOf(path, request);
  const actor = await authenticated(service, limit, request);
  const pushing = call.service === 'git-receive-pack';
  requireScope(actor, pushing ? 'submit' : 'read');
  limit.take(actor.personId, pushing && path !== '/info/refs' ? 'submitting' : 'reading', performance.now());
  const slug = nameOf(request, 'assignment').replace(/\.git$/, '');
  const ticket = await openSubmission(service, actor, nameOf(request, 'course'), slug);
  const gone = new AbortController();
  response.once('close', () => {
    gone.abort(new Error('the caller hung up'));
  });
  const handlers = receivePush(
    service,
    { repositoryBytes: git.repositoryBytes, watchMs: git.watchMs },
    actor,
    ticket,
  );
  const repository = { assignmentId: ticket.assignment.id, personId: actor.personId };
  const served = await git.remote.serve(repository, call, handlers, gone.signal);
  response.status(served.status).set('Cache-Control', 'no-store');
  for (const [name, value] of served.headers) response.set(name, value);
  response.flushHeaders();
  served.body.pipe(response);
  served.body.once('error', () => response.destroy());
  // Nobody reads any more, but what git still says must go somewhere for it to end.
  response.once('close', () => {
    served.body.unpipe(response);
    served.body.resume();
  });
}

/** @throws Refusal for the old protocol, which has no services */
function callOf(path: RemoteCall['path'], request: Request): RemoteCall {
  const named = path === '/info/refs' ? request.query['service'] : path.slice(1);
  const service = SERVICES.find((item) => item === named);
  if (service === undefined) {
    throw new Refusal('not-found', 'This server speaks the smart HTTP protocol of git alone.');
  }
  const length = request.get('content-length');
  const encoding = request.get('content-encoding');
  const protocol = request.get('git-protocol');
  return {
    path,
    method: path === '/info/refs' ? 'GET' : 'POST',
    service,
    contentType: path === '/info/refs' ? '' : `application/x-${service}-request`,
    contentLength: length !== undefined && /^\d{1,12}$/.test(length) ? length : undefined,
    contentEncoding: encoding === 'gzip' || encoding === 'x-gzip' ? encoding : undefined,
    protocol: protocol !== undefined && /^version=[0-2]$/.test(protocol) ? protocol : undefined,
    body: request,
  };
}

/** By `Bearer`, or as git asks people: any name, and a token for the password. @throws Refusal */
async function authenticated(service: Service, limit: RateLimit, request: Request): Promise<Actor> {
  const secret = secretOf(request.get('authorization') ?? '');
  if (secret !== null) {
    const token = [hashOfSecret(secret), ['api'], service.clock.now()] as const;
    const actor = await service.people.actorByToken(...token);
    if (actor !== null) return actor;
    limit.take(request.ip ?? 'unknown', 'signing-in', performance.now());
    // git doesn't show what comes with a 401, and asks for another password instead.
    if (await service.people.isTokenOfBlocked(...token)) throw blockedRefusal();
  }
  throw new Refusal('unauthenticated', 'Sign in with any name and a token as the password.', {
    rule: 'access.token',
    wayOut: `Make a token with the scopes read and submit at ${service.publicUrl}.`,
  });
}

function secretOf(header: string): string | null {
  const [, scheme = '', value = ''] = /^(Basic|Bearer) ([A-Za-z0-9+/=_-]{1,600})$/i.exec(header) ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return null;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? null : pair.slice(colon + 1);
}

/** git shows plain text to whoever pushes, and nothing of any other type. */
function refuse(refusal: Refusal, request: Request, response: Response): void {
  const { status, wayOut, retryAfterSeconds } = problemOf(refusal, requestIdOf(request));
  if (status === 401) response.set('WWW-Authenticate', 'Basic realm="labgrader", charset="UTF-8"');
  if (retryAfterSeconds !== undefined) response.set('Retry-After', String(retryAfterSeconds));
  if (!request.complete) response.set('Connection', 'close');
  response.status(status).type('text/plain').set('Cache-Control', 'no-store');
  response.send(`${refusal.message}${wayOut === undefined ? '' : `\n${wayOut}`}\n`);
}

function nameOf(request: Request, name: string): string {
  const value: unknown = request.params[name];
  return typeof value === 'string' ? value : '';
}
