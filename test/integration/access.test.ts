import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allRoutes } from '../../src/http/routes/all-routes.ts';
import type { Route } from '../../src/http/route.ts';
import { openApiPath } from '../../src/http/openapi.ts';
import { ApiToken, CreatedToken } from '../../src/http/schemas/session.ts';
import { Client } from './support/client.ts';
import { sql } from './support/database.ts';
import { type Stack, startStack } from './support/stack.ts';

const WHO = ['nobody', 'outsider', 'other learner', 'owner', 'assistant', 'instructor', 'admin'] as const;
type Who = (typeof WHO)[number];

/** Where a route names a thing and not its course: who may come through, beside admins. */
const OWN_RULES: Readonly<Record<string, readonly Who[]>> = {
  'GET /submissions/:submission': ['owner', 'assistant', 'instructor'],
  'GET /submissions/:submission/events': ['owner', 'assistant', 'instructor'],
  'GET /submissions/:submission/files': ['owner', 'assistant', 'instructor'],
  'GET /submissions/:submission/archive': ['owner', 'assistant', 'instructor'],
  'POST /submissions/:submission/cancel': ['owner', 'instructor'],
  'POST /submissions/:submission/regrade': ['assistant', 'instructor'],
  'GET /runs/:run': ['assistant', 'instructor'],
  'POST /runs/:run/retry': ['assistant', 'instructor'],
  'GET /regrade-sets/:set': ['assistant', 'instructor'],
  'POST /regrade-sets/:set/apply': ['instructor'],
  'POST /regrade-sets/:set/drop': ['assistant', 'instructor'],
  'GET /scenarios': ['assistant', 'instructor'],
  'GET /queue': ['assistant', 'instructor'],
  'GET /people/:person/data': ['owner'],
  'GET /courses/:course/people/:person/history': ['owner', 'assistant', 'instructor'],
};
/** Bodies that are looked at before the thing is: right ones, so that access is what is told. */
const BODIES: Readonly<Record<string, unknown>> = {
  'POST /submissions/:submission/regrade': { reason: 'to see' },
  'POST /regrade-sets/:set/apply': {},
};
const COURSE_ROLES = {
  learner: ['other learner', 'owner', 'assistant', 'instructor'],
  assistant: ['assistant', 'instructor'],
  instructor: ['instructor'],
  admin: [],
} as const satisfies Record<string, readonly Who[]>;

describe('access', () => {
  let stack: Stack;
  let clients: Record<Who, Client>;
  let ids: Record<string, string>;
  let routes: readonly Route[];

  beforeAll(async () => {
    stack = await startStack();
    routes = allRoutes(stack.api.service, false);
    const owner = await stack.person('owner', 'learner');
    clients = {
      nobody: new Client(stack.api.url, null),
      outsider: await stack.person('outsider', 'outsider'),
      'other learner': await stack.person('other', 'learner'),
      owner,
      assistant: await stack.person('assistant', 'assistant'),
      instructor: await stack.person('instructor', 'instructor'),
      admin: await stack.person('admin', 'admin'),
    };
    const { id } = await owner.submit('broken');
    const [run] = await sql(stack.config.databaseUrl, 'SELECT id FROM run');
    const [set] = await sql(
      stack.config.databaseUrl,
      `INSERT INTO regrade_set (id, assignment_id, scope, reason, created_by_id, created_at)
       SELECT gen_random_uuid(), id, 'all', 'test', $1, now() FROM assignment RETURNING id`,
      [owner.personId],
    );
    ids = {
      course: 'docker-101',
      assignment: 'port-bind',
      person: owner.personId,
      submission: id,
      run: String(run?.['id']),
      set: String(set?.['id']),
      token: id,
      invitation: id,
      forge: id,
      repository: id,
      platform: id,
      context: id,
      link: id,
      key: id,
    };
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  it('is as the table says, for every route and everybody', async () => {
    const wrong: string[] = [];
    const spare = (await stack.person('spare', 'learner')).personId;
    for (const { spec } of routes) {
      const name = `${spec.method.toUpperCase()} ${spec.path}`;
      // A signature is asked for, whoever it is.
      if (spec.path.startsWith('/webhooks/')) continue;
      const replies = WHO.map(async (who) => {
        const path = spec.path.replace(/:([a-z]+)/g, (_match, part: string) =>
          spec.method === 'delete' && part === 'person' ? spare : (ids[part] ?? ''),
        );
        // Most bodies are not as they should be, so little is changed by who may come.
        const body = spec.method === 'get' ? undefined : (BODIES[name] ?? '!');
        const isStream = spec.answer.contentType === 'text/event-stream';
        const reply = isStream
          ? await beginningOf(clients[who], path)
          : await clients[who].send(spec.method.toUpperCase(), path, body);
        const kept =
          reply.status === 401 || reply.status === 403 || (reply.status === 404 && isHidden(reply.text));
        if (kept === mayCome(spec, name, who)) wrong.push(`${name} as ${who}: ${reply.status}`);
        if (reply.status >= 500) wrong.push(`${name} as ${who}: ${reply.status} ${reply.text}`);
      });
      await Promise.all(replies);
    }

    expect(wrong).toEqual([]);
  }, 60_000);

  it('to what is not there is answered as access to what is not one’s own', async () => {
    const nothing = await clients.outsider.get('/submissions/00000000-0000-4000-8000-000000000000');
    const foreign = await clients['other learner'].get(`/submissions/${ids['submission'] ?? ''}`);

    expect(problem(foreign.body)).toEqual(problem(nothing.body));
  });

  it('needs the scope, whatever the person may do', async () => {
    const reader = await stack.person('instructor', 'instructor', ['read']);

    expect((await reader.get('/courses/docker-101/gradebook')).status).toBe(200);
    const reply = await reader.send('PATCH', '/courses/docker-101', { title: 'mine' });
    expect(reply).toMatchObject({ status: 403, body: { rule: 'access.scope' } });
    expect(
      (await reader.send('POST', '/tokens', { label: 'x', scopes: ['teach'], expiresInDays: 1 })).status,
    ).toBe(403);
  });

  it('ends with a token that expires or is revoked', async () => {
    const made = await clients.owner.ask(CreatedToken, 'POST', '/tokens', {
      label: 'laptop',
      scopes: ['read'],
      expiresInDays: 1,
    });
    const laptop = new Client(stack.api.url, made.secret);
    expect((await laptop.get('/me')).status).toBe(200);

    await clients.owner.send('DELETE', `/tokens/${made.id}`);
    expect((await laptop.get('/me')).status).toBe(401);

    await sql(
      stack.config.databaseUrl,
      `UPDATE token SET ended_at = NULL, expires_at = now() - interval '1 second' WHERE id = $1`,
      [made.id],
    );
    expect((await laptop.get('/me')).status).toBe(401);
  });

  it('leaves no secret in the database', async () => {
    const made = await clients.owner.ask(CreatedToken, 'POST', '/tokens', {
      label: 'x',
      scopes: ['read'],
      expiresInDays: 1,
    });
    const rows = await sql(stack.config.databaseUrl, 'SELECT * FROM token');

    expect(JSON.stringify(rows)).not.toContain(made.secret);
    expect(ApiToken.safeParse(made).success).toBe(false);
  });

  it('is described: each mounted route stands in the document, and no other', async () => {
    const document = await clients.nobody.get('/openapi.json');
    const described = describedIn(document.body);

    expect(described).toEqual(routes.map(({ spec }) => `${spec.method} ${openApiPath(spec.path)}`).sort());
    expect(document.text).not.toContain('"$ref":"#/$defs');
  });
});

/** A stream of events ends only with its reader: its status is looked at, and it is closed. */
async function beginningOf(client: Client, path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${client.url}/api/v1${path}`, {
    headers: client.token === null ? {} : { authorization: `Bearer ${client.token}` },
    signal: AbortSignal.timeout(20_000),
  });
  const { status } = response;
  if (status !== 200) return { status, text: await response.text() };
  const type = response.headers.get('content-type') ?? '';
  await response.body?.cancel();
  return { status: type.startsWith('text/event-stream') ? status : 500, text: type };
}

function mayCome(spec: Route['spec'], name: string, who: Who): boolean {
  if (spec.access.to === 'public') return true;
  if (who === 'nobody') return false;
  const own = OWN_RULES[name];
  if (own !== undefined) return who === 'admin' ? name !== 'never' : own.includes(who);
  if (spec.access.to === 'admin') return who === 'admin';
  if (spec.access.to === 'person') return true;
  return who === 'admin' || COURSE_ROLES[spec.access.least].some((role) => role === who);
}

/** The words for what is hidden or not there; a thing looked up by who may come is found in these tests, or has others. */
function isHidden(text: string): boolean {
  return /There is no such (course|submission|run|regrade set),/.test(text);
}

function problem(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  return { ...body, requestId: '' };
}

function describedIn(body: unknown): string[] {
  if (typeof body !== 'object' || body === null || !('paths' in body)) return [];
  const paths = body.paths;
  if (typeof paths !== 'object' || paths === null) return [];
  return Object.entries(paths)
    .flatMap(([path, item]: [string, unknown]) =>
      Object.keys(typeof item === 'object' && item !== null ? item : {}).map((method) => `${method} ${path}`),
    )
    .sort();
}
