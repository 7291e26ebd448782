import { describe, expect, it } from 'vitest';
import { actWords, subjectWords } from '../../../src/web/ui/act-words.ts';

describe('the audit log', () => {
  it('says in words what was done', () => {
    expect(actWords('override.set')).toBe('Set a score by hand');
    expect(actWords('identity.linked')).toBe('Signed in by an institution for the first time');
  });

  it('says an act that it does not know yet by the act’s own words', () => {
    expect(actWords('probe.run-started')).toBe('Probe run started');
    expect(actWords('constructor')).toBe('Constructor');
  });

  it('names whom and what it was done to', () => {
    const names = new Map([['7', 'Grace Hopper']]);

    expect(subjectWords('assignment:port-bind/person:7', names)).toBe('assignment port-bind, Grace Hopper');
    expect(subjectWords('person:8', names)).toBe('person 8');
    expect(subjectWords('email:grace@example.edu', names)).toBe('grace@example.edu');
    expect(subjectWords('regrade-set:9', names)).toBe('regrade 9');
    expect(subjectWords('no kind', names)).toBe('no kind');
  });
});
