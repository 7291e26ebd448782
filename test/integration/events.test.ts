import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SubmissionSnapshot } from '../../src/http/schemas/submission.ts';
import type { Client } from './support/client.ts';
import { readEvents } from './support/events.ts';
import { type Stack, startStack } from './support/stack.ts';
import { waitUntil } from './support/wait-until.ts';

describe('the events of a submission', () => {
  let stack: Stack;
  let ada: Client;
  beforeAll(async () => {
    stack = await startStack();
    ada = await stack.person('ada', 'learner');
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  it('begin with a snapshot, go on with what the run tells and end with its verdict; who comes back misses nothing', async () => {
    const { id } = await ada.submit('slow fixed');
    const url = `${ada.url}/api/v1/submissions/${id}/events`;
    const shown: string[] = [];
    const watching = readEvents(
      url,
      ada.token ?? '',
      ({ event }) => shown.push(event) > 0 && event === 'end',
    );
    // What the snapshot says is what there was before anybody took the run.
    await waitUntil('the snapshot', () => Promise.resolve(shown.includes('snapshot')));
    await stack.worker();
    await ada.until(id, 'running');
    stack.grader.release();

    const events = await watching;

    expect(events[0]?.event).toBe('snapshot');
    expect(SubmissionSnapshot.parse(events[0]?.data).submission).toMatchObject({ id, position: 1 });
    const told = events.filter((event) => event.event === 'run');
    const words = told.map((event) => JSON.stringify(event.data));
    expect(words).toContain('{"type":"log","line":"#1 building"}');
    expect(words.some((text) => text.includes('"type":"check"') && text.includes('"answers"'))).toBe(true);
    expect(words.at(-1)).toContain('"done"');
    const last = events.findLast((event) => event.event === 'submission');
    expect(last?.data).toMatchObject({ status: 'done', verdict: 'passed' });

    const middle = told[1]?.id ?? '';
    const again = await readEvents(url, ada.token ?? '', (event) => event.event === 'end', middle);
    const missed = told.slice(2).map((event) => event.id);
    expect(again.filter((event) => event.event === 'run').map((event) => event.id)).toEqual(missed);
  });

  it('of a whole course tell staff each cell as it changes', async () => {
    const ines = await stack.person('ines', 'instructor');
    const url = `${ines.url}/api/v1/courses/docker-101/gradebook/events`;
    const watching = readEvents(url, ines.token ?? '', ({ data }) =>
      JSON.stringify(data).includes('[60,"not-passed"'),
    );
    const bob = await stack.person('bob', 'learner');
    await bob.until((await bob.submit('half')).id, 'done');

    const events = await watching;

    expect(events.at(-1)).toMatchObject({
      event: 'cell',
      data: { person: bob.personId, assignment: 'port-bind', total: 60 },
    });
  });
});
