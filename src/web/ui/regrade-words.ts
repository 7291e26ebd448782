import type { RegradeSet } from '../../http/schemas/regrade.ts';
import type { Tone } from './badge.tsx';

export const REGRADE_STATES = {
  running: { words: 'running', tone: 'live' },
  ready: { words: 'to be decided', tone: 'warn' },
  applied: { words: 'applied', tone: 'pass' },
  dropped: { words: 'dropped', tone: 'plain' },
} as const satisfies Record<RegradeSet['state'], { words: string; tone: Tone }>;

/** What a set grades again. */
export function scopeWords(set: Pick<RegradeSet, 'scope' | 'checkId'>): string {
  switch (set.scope) {
    case 'one':
      return 'one submission';
    case 'all':
      return 'every submission';
    case 'counting':
      return 'each learner’s counting submission';
    case 'failed-check':
      return `submissions that failed “${set.checkId ?? ''}”`;
  }
}
