import type { AssignmentItem, Standing } from '../../http/schemas/assignment.ts';
import { Badge, type Tone } from './badge.tsx';

const STATES = {
  upcoming: { words: 'Not open yet', tone: 'plain' },
  open: { words: 'Open', tone: 'live' },
  late: { words: 'Past due', tone: 'warn' },
  closed: { words: 'Closed', tone: 'plain' },
} as const satisfies Record<AssignmentItem['state'], { words: string; tone: Tone }>;

export function StateBadge({ state }: { readonly state: AssignmentItem['state'] }) {
  return <Badge tone={STATES[state].tone}>{STATES[state].words}</Badge>;
}

const STANDINGS = {
  none: { words: 'Nothing submitted', tone: 'plain' },
  queued: { words: 'Waiting', tone: 'live' },
  running: { words: 'Running', tone: 'live' },
  passed: { words: 'Passed', tone: 'pass' },
  'not-passed': { words: 'Not passed yet', tone: 'fail' },
  fault: { words: 'Being looked at', tone: 'violet' },
} as const satisfies Record<Standing['status'], { words: string; tone: Tone }>;

export function standingWords(status: Standing['status']): string {
  return STANDINGS[status].words;
}

export function StandingBadge({ status }: { readonly status: Standing['status'] }) {
  return <Badge tone={STANDINGS[status].tone}>{STANDINGS[status].words}</Badge>;
}
