import express, { type Express, type Request, type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { Refusal } from '../core/refusal.ts';
import { authenticate } from './authenticate.ts';
import { openApiDocument } from './openapi.ts';
import { mountPages } from './pages.ts';
import { problemHandler } from './problem.ts';
import { mountBoard } from './queue-board.ts';
import { type Allowances, RateLimit } from './rate-limit.ts';
import { requestIdOf } from './request-id.ts';
import type { Route } from './route.ts';
import { type GitRoutes, mountGit } from './routes/git.ts';
import { mountHealth, type Watched } from './routes/health.ts';
import { allRoutes } from './routes/all-routes.ts';
import type { Service } from './service.ts';

export interface AppOptions {
  readonly log: Logger;
  readonly allowances: Allowances;
  /** Whether an error only means that a part of the service is too busy, for now. */
  readonly isBusy: (error: unknown) => boolean;
  /** Pages are served over HTTPS: cookies and headers say so. */
  readonly secure: boolean;
  /** Addresses of reverse proxies whose `X-Forwarded-For` is believed, in Express's words; false for none. */
  readonly trustProxy: string | false;
  /** Folder of the built pages; absent where there are none. */
  readonly pages?: string;
  readonly watched: Watched;
  /** The queue library's own view, for admins. */
  readonly board?: RequestHandler;
  readonly git: GitRoutes;
}

/** Bytes of a JSON body; only the files of a submission may be more. */
const JSON_BYTES = 256 * 1024;
const SUBMISSION_JSON_BYTES = 8 * 1024 * 1024;

/** The HTTP side of the service: the API under `/api/v1`, the pages beside it. */
export function createApp(service: Service, options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', options.trustProxy);
  app.set('query parser', 'simple');
  app.use(
    pinoHttp({
      logger: options.log,
      genReqId: requestIdOf,
      serializers: SERIALIZERS,
      customLogLevel: levelOf,
    }),
  );
  app.use(headers(options.secure));
  mountHealth(app, options.watched);

  const routes = allRoutes(service, options.secure);
  const limit = new RateLimit(options.allowances);
  const api = Router();
  const document = openApiDocument(routes);
  api.get('/openapi.json', (_request, response) => {
    response.json(document);
  });
  for (const route of routes) api[route.spec.method](route.spec.path, guard(service, limit, route));
  api.use(() => {
    throw new Refusal('not-found', 'There is no such route.', {
      wayOut: 'The routes are in /api/v1/openapi.json.',
    });
  });
  app.use('/api/v1', noStore, api);
  app.use('/api', () => {
    throw new Refusal('not-found', 'There is no such version of the API.', { wayOut: 'This is /api/v1.' });
  });
  mountGit(app, service, limit, options.git);
  if (options.board !== undefined) mountBoard(app, service, options.board);
  if (options.pages !== undefined) mountPages(app, options.pages);
  app.use(problemHandler(options.log, options.isBusy));
  return app;
}

/** Who asks, then how often, then the body, then the route's own work. */
function guard(service: Service, limit: RateLimit, route: Route): RequestHandler[] {
  const { spec } = route;
  const isSubmission = spec.rawBodyTypes !== undefined;
  return [
    async (request, _response, next) => {
      const address = request.ip ?? 'unknown';
      if (spec.budget === 'signing-in') limit.take(address, spec.budget, performance.now());
      const actor = spec.anonymous === true ? null : await authenticate(service, request);
      if (spec.budget !== 'signing-in')
        limit.take(actor?.personId ?? address, spec.budget, performance.now());
      callers.set(request, actor);
      next();
    },
    spec.rawBytes === undefined
      ? express.json({ limit: isSubmission ? SUBMISSION_JSON_BYTES : JSON_BYTES })
      : express.raw({ type: () => true, limit: spec.rawBytes }),
    (request, response) => route.handle(request, response, callers.get(request) ?? null),
  ];
}

/** Beside the request, since a request's own fields can be written by any middleware and know no type. */
const callers = new WeakMap<Request, Awaited<ReturnType<typeof authenticate>>>();

function headers(secure: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        styleSrcAttr: ["'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: secure,
    referrerPolicy: { policy: 'same-origin' },
  });
}

const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

/** What the log keeps of a request: no header, so no token and no cookie. */
const SERIALIZERS = {
  req: (request: { id: unknown; method: unknown; url: unknown; remoteAddress: unknown }) => ({
    id: request.id,
    method: request.method,
    url: withoutAnswer(request.url),
    remoteAddress: request.remoteAddress,
  }),
  res: (response: { statusCode: unknown }) => ({ statusCode: response.statusCode }),
};

/** What an institution sends people back with stands in the page's address, and is as good as a password for a minute. */
function withoutAnswer(url: unknown): unknown {
  return typeof url === 'string' ? url.replace(/^(\/sign-in\/openid)\?.*$/s, '$1?…') : url;
}

function levelOf(_request: unknown, response: { readonly statusCode: number }): 'debug' | 'warn' {
  return response.statusCode >= 500 ? 'warn' : 'debug';
}
