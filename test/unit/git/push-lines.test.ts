import { describe, expect, it } from 'vitest';
import { plainLine, refusalLines } from '../../../src/app/push-lines.ts';
import { Refusal } from '../../../src/core/refusal.ts';

describe('a line for a terminal', () => {
  it('holds nothing that a terminal would obey', () => {
    const line = plainLine('\u001b]0;title\u0007a\u001b[2J\nremote: b\r\u202ec\u0000');

    expect(line).toBe(' ]0;title a [2J remote: b c ');
  });

  it('is cut', () => {
    expect(plainLine('x'.repeat(10_000))).toHaveLength(400);
  });

  it('tells of a refusal the rule and the way out', () => {
    const refusal = new Refusal('archive-invalid', 'It is a link.', {
      rule: 'archive.link',
      wayOut: 'Put it there.',
    });

    expect(refusalLines(refusal)).toEqual(['It is a link. (archive.link)', 'Put it there.']);
  });
});
