import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

/** What is wrong with a value, said to whoever entered it. Schemas that have words of their own keep them. */
export function plainIssue(issue: Issue): string | undefined {
  const { code } = issue;
  if (code === 'too_small') return bounded(issue.origin, `at least ${issue.minimum}`, issue.minimum);
  if (code === 'too_big') return bounded(issue.origin, `at most ${issue.maximum}`, issue.maximum);
  if (code === 'invalid_type') return issue.input === undefined ? 'is needed' : undefined;
  if (code === 'invalid_format' && issue.format === 'email')
    return 'must be an e-mail address, such as ada@example.edu';
  return undefined;
}

function bounded(origin: string, bound: string, limit: number | bigint): string | undefined {
  if (origin === 'string') {
    if (bound === 'at least 1') return 'must not be empty';
    return `must be ${bound} ${limit === 1 ? 'character' : 'characters'} long`;
  }
  if (origin === 'array') return `must have ${bound} ${limit === 1 ? 'entry' : 'entries'}`;
  return origin === 'number' || origin === 'int' ? `must be ${bound}` : undefined;
}
