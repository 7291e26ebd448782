import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BuildLog } from '../../../src/adapters/docker/build/build-log.ts';

describe('the log of a build', () => {
  it('joins pieces of lines, each stream of each step by itself', () => {
    const { log, lines } = logOf();

    log.write('a', 1, Buffer.from('out '));
    log.write('a', 2, Buffer.from('err\n'));
    log.write('b', 1, Buffer.from('other\n'));
    log.write('a', 1, Buffer.from('put\nlast'));
    log.end();

    expect(lines).toEqual(['err', 'other', 'out put', 'last']);
  });

  it('is free of escape sequences and control characters', () => {
    const { log, lines } = logOf();

    log.write('a', 1, Buffer.from('\u001b[31mred\u001b[0m \u001b]0;title\u0007\u0000a\tb\u202e\u0008\n'));

    expect(lines).toEqual(['red a\tb']);
  });

  it('shows of a progress bar what one would see at the end', () => {
    const { log, lines } = logOf();

    log.write('a', 1, Buffer.from('10%\r50%\r100%\nplain\r\n'));

    expect(lines).toEqual(['100%', 'plain']);
  });

  it('ends at its limit, and says how much is left out', () => {
    const { log, lines } = logOf(20);

    log.write('a', 1, Buffer.from('0123456789\n0123456789\nx\n'));
    log.end();

    expect(lines).toEqual(['0123456789', expect.stringMatching(/^… 13 more bytes .* at most 20 are kept$/)]);
  });

  it('keeps the last lines of each step beyond its limit', () => {
    const { log } = logOf(20);

    for (let n = 1; n <= 100; n++) log.write('a', 1, Buffer.from(`line ${n}\n`));
    log.write('b', 1, Buffer.from('other\n'));

    expect(log.tail('a')).toHaveLength(40);
    expect(log.tail('a').at(-1)).toBe('line 100');
    expect(log.tail('b')).toEqual(['other']);
    expect(log.tail('unknown').at(-1)).toBe('other');
  });

  it('cuts a line without an end', () => {
    const { log, lines } = logOf();

    for (let n = 0; n < 100; n++) log.write('a', 1, Buffer.alloc(10_000, 'x'));
    log.end();

    expect(lines).toEqual([`${'x'.repeat(4_096)} …`]);
  });

  it('decodes characters that are cut between two messages', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-zäöü✓😀]{0,10}$/u), { minLength: 1 }),
        fc.integer({ min: 1, max: 7 }),
        (texts, size) => {
          const { log, lines } = logOf();
          const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));

          for (let at = 0; at < bytes.length; at += size) log.write('a', 1, bytes.subarray(at, at + size));

          expect(lines).toEqual(texts);
        },
      ),
    );
  });
});

function logOf(mostBytes = 100_000): { readonly log: BuildLog; readonly lines: string[] } {
  const lines: string[] = [];
  return { log: new BuildLog(mostBytes, (line) => lines.push(line)), lines };
}
