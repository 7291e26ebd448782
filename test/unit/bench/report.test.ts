import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../scripts/bench/measure.ts';
import { closingOf, withFigures } from '../../../scripts/bench/report.ts';

function figure(name: string, met: boolean): Figure {
  return { name, value: 1, text: '1 ×', detail: 'measured once', target: { text: '≤ 2 ×', met } };
}

describe('the report of the bench', () => {
  it('keeps what somebody wrote before and after the figures, however often it is written', () => {
    const bare = withFigures('', 'Commit 1.', [figure('first', true)]);
    const prose = `# Our own title\n\nBefore.\n${bare.slice(bare.indexOf('\n'))}\n## After\n`;
    const once = withFigures(prose, 'Commit 2.', [figure('second', true)]);
    const twice = withFigures(once, 'Commit 3.', [figure('third', false)]);

    expect(twice).toMatch(/^# Our own title\n\nBefore\.\n/);
    expect(twice).toMatch(/\n## After\n$/);
    expect(twice).toContain('Commit 3.');
    expect(twice).toContain('| third | 1 × | ≤ 2 × (missed) | measured once |');
    expect(twice).not.toMatch(/Commit 1|Commit 2|first|second/);
  });

  it('counts only figures that have a target', () => {
    const { target: _, ...untargeted } = figure('plain', true);

    expect(closingOf([figure('one', true), figure('other', false), untargeted])).toBe('1 of 2 targets met');
  });
});
