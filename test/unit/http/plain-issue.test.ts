import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InvalidRequest, parseRequest } from '../../../src/http/invalid-request.ts';

function wordsFor(schema: z.ZodType, value: unknown): string {
  try {
    parseRequest(schema, value, 'body');
  } catch (error) {
    if (error instanceof InvalidRequest) return error.fields.map(({ message }) => message).join('; ');
    throw error;
  }
  return '';
}

describe('what is wrong with a field', () => {
  it.each([
    ['an empty text', z.string().min(1), '', 'must not be empty'],
    ['a short text', z.string().min(8), 'abc', 'must be at least 8 characters long'],
    ['a long text', z.string().max(3), 'abcd', 'must be at most 3 characters long'],
    ['a large number', z.number().max(100), 120, 'must be at most 100'],
    ['a small whole number', z.number().int().min(1), 0, 'must be at least 1'],
    ['an empty list', z.array(z.string()).min(1), [], 'must have at least 1 entry'],
    ['no address', z.email(), 'x@y', 'must be an e-mail address, such as ada@example.edu'],
    ['nothing', z.object({ name: z.string() }), {}, 'is needed'],
  ])('is said in plain words of %s', (_what, schema, value, words) => {
    expect(wordsFor(schema, value)).toBe(words);
  });

  it('is said in the words of the schema where it has some', () => {
    expect(wordsFor(z.string().min(3, 'say why, in a few words'), 'a')).toBe('say why, in a few words');
  });

  it('is said in the library’s words where there are no plainer ones', () => {
    expect(wordsFor(z.url(), 'nowhere')).toBe('Invalid URL');
  });
});
