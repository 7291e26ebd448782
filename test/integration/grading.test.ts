import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startStack } from './support/stack.ts';

describe('a submission', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
    await stack.worker();
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  it('goes over the queue to a worker and gets its verdict', async () => {
    const ada = await stack.person('ada', 'learner');

    const accepted = await ada.submit('fixed');
    const submission = await ada.until(accepted.id, 'done');

    expect(accepted).toMatchObject({ attempt: 1, status: 'queued' });
    expect(submission).toMatchObject({ verdict: 'passed', score: 100, counts: true, attempt: 1 });
    expect(submission.report?.checks).toHaveLength(2);
    expect(submission.changes).toEqual({ added: [], changed: ['Dockerfile'], removed: [] });
  });
});
