import { describe, expect, it } from 'vitest';
import { lineDiff } from '../../../src/web/report/line-diff.ts';

function drawn(before: string, after: string): string[] {
  const marks = { same: ' ', added: '+', removed: '-' };
  return lineDiff(before, after).map((line) => `${marks[line.kind]}${line.text}`);
}

describe('what changed in a file', () => {
  it('shows a changed line as one removed and one added, and leaves the others alone', () => {
    expect(drawn('FROM a\nRUN x\nCMD y', 'FROM a\nRUN z\nCMD y')).toEqual([
      ' FROM a',
      '-RUN x',
      '+RUN z',
      ' CMD y',
    ]);
  });

  it('shows lines put in at the beginning, in the middle and at the end', () => {
    expect(drawn('a\nb', '0\na\n1\nb\n2')).toEqual(['+0', ' a', '+1', ' b', '+2']);
  });

  it('shows an equal file as unchanged', () => {
    expect(drawn('a\nb', 'a\nb')).toEqual([' a', ' b']);
  });

  it('shows a very long file as removed and added whole', () => {
    const long = 'x\n'.repeat(2000);

    expect(lineDiff(long, `${long}y`).filter((line) => line.kind === 'same')).toEqual([]);
  });
});
