import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { LtiCourse, LtiPlatform } from '../../../src/http/schemas/lti.ts';
import { CreatedToken, Me } from '../../../src/http/schemas/session.ts';
import { Client } from '../support/client.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { waitUntil } from '../support/wait-until.ts';
import { Browser, type Visit } from './browser.ts';
import { FakePlatform } from './fake-platform.ts';

const KEY = 'fedcba9876543210'.repeat(4);
const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim/';
const MEMBERSHIP = 'http://purl.imsglobal.org/vocab/lis/v2/membership';
export const ROLES = {
  learner: `${MEMBERSHIP}#Learner`,
  assistant: `${MEMBERSHIP}/Instructor#TeachingAssistant`,
  instructor: `${MEMBERSHIP}#Instructor`,
} as const;
export const DEPLOYMENT = 'deployment-1';
export const COURSE_PATH = '/courses/docker-101';

/** What a launch begins with: state and nonce are ours, the platform gives the rest. */
export interface BegunLaunch {
  readonly state: string;
  readonly nonce: string;
}

export interface LaunchWish {
  readonly subject?: string;
  readonly name?: string;
  readonly role?: keyof typeof ROLES;
  readonly context?: string;
  readonly resource?: string;
  readonly assignment?: string;
  /** Laid over what a right token holds; undefined takes a claim out. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** The service with a platform beside it, which an instructor registered for the course. */
export class LtiStack implements AsyncDisposable {
  readonly stack: Stack;
  readonly platform: FakePlatform;
  readonly teacher: Client;
  readonly admin: Client;

  private constructor(stack: Stack, platform: FakePlatform, teacher: Client, admin: Client) {
    this.stack = stack;
    this.platform = platform;
    this.teacher = teacher;
    this.admin = admin;
  }

  static async start(): Promise<LtiStack> {
    const platform = await FakePlatform.start();
    const stack = await startStack({ environment: { SECRETS_KEY: KEY, LTI_PRIVATE_HOSTS: platform.host } });
    const teacher = await stack.person('teacher', 'instructor');
    const lti = new LtiStack(stack, platform, teacher, await stack.person('root', 'admin'));
    platform.toolKeysUrl = `${stack.api.url}/api/v1/lti/jwks`;
    return lti;
  }

  registration(change: Record<string, unknown> = {}) {
    const { url, clientId } = this.platform;
    return {
      name: 'Moodle',
      issuer: url,
      clientId,
      deploymentIds: [DEPLOYMENT],
      authUrl: `${url}/auth`,
      tokenUrl: `${url}/token`,
      jwksUrl: `${url}/jwks`,
      ...change,
    };
  }

  register(path = `${COURSE_PATH}/lti/platforms`, by = this.teacher) {
    return by.ask(LtiPlatform, 'POST', path, this.registration());
  }

  course() {
    return this.teacher.ask(LtiCourse, 'GET', `${COURSE_PATH}/lti`);
  }

  browser(): Browser {
    return new Browser(this.stack.api.url);
  }

  loginQuery(change: Record<string, string> = {}): Record<string, string> {
    return {
      iss: this.platform.url,
      client_id: this.platform.clientId,
      login_hint: 'hint-1',
      lti_message_hint: 'message-1',
      target_link_uri: `${this.stack.api.url}/api/v1/lti/launch`,
      ...change,
    };
  }

  /** Goes as far as the platform's sign-in, and gives what it is asked. */
  async begin(browser: Browser, change: Record<string, string> = {}): Promise<BegunLaunch> {
    const query = new URLSearchParams(this.loginQuery(change)).toString();
    const visit = await browser.get(`/api/v1/lti/login?${query}`);
    if (visit.status !== 302 || visit.location === null) throw new Error(`${visit.status} ${visit.text}`);
    const asked = new URL(visit.location).searchParams;
    return { state: asked.get('state') ?? '', nonce: asked.get('nonce') ?? '' };
  }

  payload(nonce: string, wish: LaunchWish = {}): JWTPayload {
    const seconds = Math.floor(this.stack.clock.now().getTime() / 1000);
    const { platform } = this;
    const payload: Record<string, unknown> = {
      iss: platform.url,
      aud: platform.clientId,
      sub: wish.subject ?? 'u-ada',
      iat: seconds,
      exp: seconds + 300,
      nonce,
      jti: randomUUID(),
      name: wish.name ?? 'Ada Lovelace',
      email: 'teacher@example.edu',
      [`${CLAIM}message_type`]: 'LtiResourceLinkRequest',
      [`${CLAIM}version`]: '1.3.0',
      [`${CLAIM}deployment_id`]: DEPLOYMENT,
      [`${CLAIM}target_link_uri`]: `${this.stack.api.url}/api/v1/lti/launch`,
      [`${CLAIM}resource_link`]: { id: wish.resource ?? 'r-1', title: 'Port' },
      [`${CLAIM}context`]: { id: wish.context ?? 'c-1', title: 'Docker at school', label: 'D1' },
      [`${CLAIM}roles`]: [
        ROLES[wish.role ?? 'learner'],
        'http://purl.imsglobal.org/vocab/lis/v2/institution/person#Faculty',
      ],
      ...(wish.assignment !== undefined && { [`${CLAIM}custom`]: { assignment: wish.assignment } }),
      'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice': {
        context_memberships_url: platform.rosterUrl,
        service_versions: ['2.0'],
      },
      'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint': {
        scope: ['https://purl.imsglobal.org/spec/lti-ags/scope/score'],
        lineitem: platform.lineItem(wish.resource ?? 'r-1'),
      },
      ...wish.claims,
    };
    return Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined));
  }

  /** A whole launch, as a browser and the platform go through it. */
  async launch(wish: LaunchWish = {}, browser = this.browser()): Promise<{ browser: Browser; visit: Visit }> {
    const { state, nonce } = await this.begin(browser);
    const token = await this.platform.keys.sign(this.payload(nonce, wish));
    const visit = await browser.post(
      '/api/v1/lti/launch',
      { state, id_token: token },
      { origin: this.platform.url },
    );
    return { browser, visit };
  }

  /** An instructor's launch, which leads the platform's course here. */
  async linkCourse(assignment = 'port-bind'): Promise<void> {
    const { visit } = await this.launch({ subject: 'u-prof', name: 'Prof', role: 'instructor', assignment });
    if (visit.status !== 303) throw new Error(`${visit.status} ${visit.text}`);
  }

  /** A learner who came by a launch, with a token of their own. */
  async learner(subject: string, wish: LaunchWish = {}): Promise<Client> {
    const { browser, visit } = await this.launch({ subject, name: subject, ...wish });
    if (visit.status !== 303) throw new Error(`${visit.status} ${visit.text}`);
    const scopes = ['read', 'submit'];
    const made = await browser.ask('POST', '/tokens', { label: 'test', scopes, expiresInDays: 300 });
    const { secret } = CreatedToken.parse(JSON.parse(made.text));
    return new Client(this.stack.api.url, secret, (await this.me(browser)).person.id);
  }

  async me(browser: Browser) {
    return Me.parse(JSON.parse((await browser.get('/api/v1/me')).text));
  }

  /** What the platform was told of a learner, for the line item of one link. */
  scoresOf(subject: string, resource = 'r-1') {
    const path = `/lineitems/${resource}/scores`;
    return this.platform.scores.filter((item) => item.userId === subject && item.path === path);
  }

  /** The last of them, once it is this one. */
  told(subject: string, score: number, resource = 'r-1') {
    const look = () => {
      const last = this.scoresOf(subject, resource).at(-1);
      return Promise.resolve(last?.scoreGiven === score && last);
    };
    return waitUntil(`told ${score} of ${subject}`, look, 60_000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack[Symbol.asyncDispose]();
    await this.platform[Symbol.asyncDispose]();
  }
}
