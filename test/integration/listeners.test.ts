import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRunFeed } from '../../src/adapters/redis/run-feed.ts';
import type { Client } from './support/client.ts';
import { type CountingProxy, countingProxy, postgresStatements } from './support/counting-proxy.ts';
import { redisUrl, serverUrl, sql } from './support/database.ts';
import { type Stack, startStack } from './support/stack.ts';
import { waitUntil } from './support/wait-until.ts';

/** So long that everything stored was looked at twice, and thrice at most. */
const WINDOW_MS = 7_000;
const MOST_LOOKS = 3;
/** One for what has changed, one for the places in the queue. */
const PER_LOOK = 2;
/** What else goes on in the API comes in its own rhythm. */
const SLACK = 4;
const LEARNERS = 12;
/** Each learner's page is open so often. */
const PAGES = 5;

describe('many who listen to the events of submissions', () => {
  let postgres: CountingProxy;
  let stack: Stack;
  let learners: Client[];
  let ids: string[];

  beforeAll(async () => {
    postgres = await countingProxy(serverUrl(), postgresStatements);
    stack = await startStack({ databaseAt: postgres.address });
    learners = [];
    for (let index = 0; index < LEARNERS; index++)
      learners.push(await stack.person(`learner-${index}`, 'learner'));
    ids = await Promise.all(learners.map(async (learner) => (await learner.submit('fixed')).id));
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
  });

  async function statementsMeanwhile(): Promise<number> {
    const before = postgres.count();
    await new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
    return postgres.count() - before;
  }

  it('cost a look at all of them together; a verdict costs a read, and who has left nothing', async () => {
    const alone = await statementsMeanwhile();
    const listeners = learners.flatMap((learner, index) =>
      Array.from({ length: PAGES }, () => new Listener(learner, ids[index] ?? '')),
    );
    await waitUntil('all have their snapshot', () =>
      Promise.resolve(listeners.every(({ heard }) => heard.includes('event: snapshot'))),
    );

    const waiting = await statementsMeanwhile();
    const [decided = ''] = ids;
    const before = postgres.count();
    await cancelledBehind(stack, decided);
    await waitUntil('it is shown on each of its pages', () =>
      Promise.resolve(listeners.filter(({ heard }) => heard.includes('event: end')).length === PAGES),
    );
    const verdict = postgres.count() - before;
    for (const listener of listeners) listener.leave();
    await Promise.all(listeners.map(({ ended }) => ended));
    const after = await statementsMeanwhile();

    expect(waiting - alone, 'waiting').toBeLessThanOrEqual(MOST_LOOKS * PER_LOOK + SLACK);
    // Stamp, submission, runs and the attempt before; the files are known.
    expect(verdict, 'verdict').toBeLessThanOrEqual(4 + 2 * PER_LOOK + SLACK);
    expect(after, 'after').toBeLessThanOrEqual(alone + SLACK);
  });
});

it('whoever has left before they could be followed is called back for nothing', async () => {
  const feed = openRunFeed({ url: redisUrl(), prefix: `test-${randomBytes(5).toString('hex')}` });
  await using _feed = feed;
  const calls: string[] = [];
  const here = new AbortController();
  const change = { runId: 'r', submissionId: 's', assignmentId: 'a', courseId: 'c', personId: 'p' };
  feed.onChange(() => calls.push('left'), AbortSignal.abort());
  await feed.follow('r', () => calls.push('left'), AbortSignal.abort());
  feed.onChange(() => calls.push('here'), here.signal);
  await feed.follow('r', () => calls.push('here'), here.signal);

  await waitUntil('both are told', () => {
    feed.announce(change);
    feed.tell('r', { type: 'log', line: 'x' });
    return Promise.resolve(calls.length > 3);
  });
  here.abort();

  expect(calls).not.toContain('left');
});

/** One page that is open. */
class Listener {
  heard = '';
  readonly ended: Promise<void>;
  readonly #over = new AbortController();

  constructor(client: Client, id: string) {
    this.ended = this.#read(client, id).catch((error: unknown) => {
      if (!this.#over.signal.aborted) throw error;
    });
  }

  leave(): void {
    this.#over.abort();
  }

  async #read(client: Client, id: string): Promise<void> {
    const response = await fetch(`${client.url}/api/v1/submissions/${id}/events`, {
      headers: { authorization: `Bearer ${client.token ?? ''}` },
      signal: this.#over.signal,
    });
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? [])
      if (chunk instanceof Uint8Array) this.heard += decoder.decode(chunk, { stream: true });
  }
}

/** Ends a submission past the service, so that nothing is announced of it. */
async function cancelledBehind(stack: Stack, id: string): Promise<void> {
  const direct = new URL(stack.config.databaseUrl);
  direct.host = new URL(serverUrl()).host;
  await sql(direct.toString(), `UPDATE run SET state = 'cancelled' WHERE submission_id = $1::uuid`, [id]);
  await sql(direct.toString(), `UPDATE submission SET status = 'cancelled' WHERE id = $1::uuid`, [id]);
}
