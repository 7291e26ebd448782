import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createLocalJWKSet, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { PlatformKeys } from './platform-keys.ts';

const SCOPE = 'https://purl.imsglobal.org/spec/lti-';
export const ROSTER = `${SCOPE}nrps/scope/contextmembership.readonly`;
export const SCORE = `${SCOPE}ags/scope/score`;
const PAGE = 2;

const Score = z.strictObject({
  userId: z.string().min(1),
  timestamp: z.iso.datetime({ offset: true }),
  scoreGiven: z.number().min(0).optional(),
  scoreMaximum: z.number().positive().optional(),
  activityProgress: z.enum(['Initialized', 'Started', 'InProgress', 'Submitted', 'Completed']),
  gradingProgress: z.enum(['FullyGraded', 'Pending', 'PendingManual', 'Failed', 'NotReady']),
});
export type ToldScore = z.infer<typeof Score>;
const KeySet = z.object({
  keys: z.array(
    z.strictObject({
      kty: z.literal('RSA'),
      kid: z.string(),
      n: z.string(),
      e: z.string(),
      alg: z.literal('RS256'),
      use: z.literal('sig'),
    }),
  ),
});

export interface FakeMember {
  readonly user_id: string;
  readonly name?: string;
  readonly email?: string;
  readonly status?: string;
  readonly roles: readonly string[];
}

/**
 * A platform on the loopback that holds us to the specification: the security framework, Names and Role Provisioning
 * Services 2.0 with pages, and Assignment and Grade Services 2.0. What breaks it is kept in `broken`.
 */
export class FakePlatform implements AsyncDisposable {
  readonly clientId = `client-${randomUUID()}`;
  readonly keys: PlatformKeys;
  readonly broken: string[] = [];
  readonly scores: (ToldScore & { readonly path: string })[] = [];
  members: readonly FakeMember[] = [];
  /** Answers everything that we ask with 503 while it is. */
  isDown = false;
  /** Where our keys are, once it was told. */
  toolKeysUrl = '';
  keySetsAsked = 0;
  tokensGiven = 0;
  tokenSeconds = 3600;
  /** Leads the second page of rosters elsewhere. */
  nextPageOn: string | null = null;
  readonly keyIds = new Set<string>();
  readonly #tokens = new Map<string, { scope: string; untilMs: number }>();
  readonly #assertions = new Set<string>();
  readonly #server: Server;

  private constructor(keys: PlatformKeys) {
    this.keys = keys;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        this.broken.push(String(error));
        response.writeHead(400).end();
      });
    });
  }

  static async start(): Promise<FakePlatform> {
    const platform = new FakePlatform(await PlatformKeys.make());
    await new Promise<void>((resolve) => platform.#server.listen(0, '127.0.0.1', resolve));
    return platform;
  }

  get host(): string {
    const bound = this.#server.address();
    return `127.0.0.1:${bound !== null && typeof bound === 'object' ? bound.port : 0}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  lineItem(id: string): string {
    return `${this.url}/lineitems/${id}?type_id=7`;
  }

  get rosterUrl(): string {
    return `${this.url}/roster`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const body = await bodyOf(request);
    if (this.isDown) {
      response.writeHead(503).end();
      return;
    }
    const answer = await this.#dispatch(request, url, body);
    if (answer === null) {
      this.broken.push(`${request.method ?? ''} ${url.pathname}`);
      response.writeHead(404).end();
      return;
    }
    const { status, headers, json } = answer;
    response.writeHead(status, headers).end(json === undefined ? '' : JSON.stringify(json));
  }

  async #dispatch(request: IncomingMessage, url: URL, body: string): Promise<Answer | null> {
    const method = request.method ?? '';
    if (method === 'GET' && url.pathname === '/jwks') {
      this.keySetsAsked += 1;
      return { status: 200, headers: JSON_TYPE, json: await this.keys.keySet() };
    }
    if (method === 'POST' && url.pathname === '/token') return this.#token(request, body);
    if (method === 'GET' && url.pathname === '/roster') return this.#roster(request, url);
    if (method === 'POST' && /^\/lineitems\/[^/]+\/scores$/.test(url.pathname)) {
      return this.#score(request, url, body);
    }
    return null;
  }

  /** Client credentials with a signed assertion: RFC 7523 as the security framework narrows it. */
  async #token(request: IncomingMessage, body: string): Promise<Answer> {
    const form = Object.fromEntries(new URLSearchParams(body));
    const assertion = form['client_assertion'] ?? '';
    const payload = await this.#believed(assertion);
    const wrong = [
      request.headers['content-type'] !== 'application/x-www-form-urlencoded' && 'content type of a form',
      form['grant_type'] !== 'client_credentials' && 'grant type',
      form['client_assertion_type'] !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' &&
        'assertion type',
      payload === null && 'assertion',
      payload !== null &&
        (payload.exp ?? 0) - (payload.iat ?? 0) > 3600 &&
        'an assertion that lives too long',
      (payload?.jti === undefined || this.#assertions.has(payload.jti)) &&
        'an assertion that was shown before',
      ![ROSTER, SCORE].includes(form['scope'] ?? '') && `scope ${form['scope'] ?? ''}`,
    ].find((item) => item !== false);
    if (wrong !== undefined) {
      this.broken.push(wrong);
      return { status: 400, headers: JSON_TYPE, json: { error: 'invalid_request' } };
    }
    this.#assertions.add(payload?.jti ?? '');
    const token = randomUUID();
    const scope = form['scope'] ?? '';
    this.tokensGiven += 1;
    this.#tokens.set(token, { scope, untilMs: Date.now() + this.tokenSeconds * 1000 });
    const json = { access_token: token, token_type: 'Bearer', expires_in: this.tokenSeconds, scope };
    return { status: 200, headers: JSON_TYPE, json };
  }

  async #believed(assertion: string): Promise<JWTPayload | null> {
    try {
      const published = KeySet.parse(await (await fetch(this.toolKeysUrl)).json());
      this.keyIds.add(decodeProtectedHeader(assertion).kid ?? '');
      const { payload } = await jwtVerify(assertion, createLocalJWKSet(published), {
        algorithms: ['RS256'],
        issuer: this.clientId,
        subject: this.clientId,
        audience: `${this.url}/token`,
        requiredClaims: ['exp', 'iat', 'jti'],
      });
      return payload;
    } catch (error) {
      this.broken.push(String(error));
      return null;
    }
  }

  /** Ends every access token, as a platform that was restarted may. */
  forgetTokens(): void {
    this.#tokens.clear();
  }

  #mayCome(request: IncomingMessage, scope: string): boolean {
    const token = this.#tokens.get((request.headers.authorization ?? '').replace(/^Bearer /, ''));
    return token?.scope === scope && token.untilMs > Date.now();
  }

  #roster(request: IncomingMessage, url: URL): Answer {
    const type = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json';
    if (!this.#mayCome(request, ROSTER)) return { status: 401, headers: {} };
    if (request.headers.accept !== type) this.broken.push('accept of a roster');
    const page = Number(url.searchParams.get('page') ?? '0');
    const members = this.members.slice(page * PAGE, (page + 1) * PAGE);
    const more = (page + 1) * PAGE < this.members.length;
    const next = `<${this.nextPageOn ?? this.url}/roster?page=${page + 1}>; rel="next"`;
    const headers = {
      'content-type': type,
      ...(more && { link: `<${this.url}/roster>; rel="differences", ${next}` }),
    };
    return { status: 200, headers, json: { id: this.rosterUrl, context: { id: 'c-1' }, members } };
  }

  #score(request: IncomingMessage, url: URL, body: string): Answer {
    if (!this.#mayCome(request, SCORE)) return { status: 401, headers: {} };
    const score = Score.parse(JSON.parse(body));
    if (request.headers['content-type'] !== 'application/vnd.ims.lis.v1.score+json')
      this.broken.push('content type of a score');
    if (score.scoreGiven !== undefined && score.scoreMaximum === undefined) this.broken.push('no maximum');
    if (url.searchParams.get('type_id') !== '7') this.broken.push('a line item without its query');
    const path = url.pathname;
    const newest = this.scores.filter((item) => item.userId === score.userId && item.path === path).at(-1);
    if (newest !== undefined && Date.parse(newest.timestamp) >= Date.parse(score.timestamp)) {
      this.broken.push(`a score of ${score.timestamp} after one of ${newest.timestamp}`);
      return { status: 409, headers: {} };
    }
    this.scores.push({ ...score, path });
    return { status: 204, headers: {} };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

const JSON_TYPE = { 'content-type': 'application/json' } as const;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
