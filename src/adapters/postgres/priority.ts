/** Lower goes first: staff's trials, then learners by how many of theirs wait already, then regrades. */
export const PRIORITY = { probe: 1, learner: 10, regrade: 1000 } as const;

/** Whoever has more waiting than this is as late as can be among learners. */
const MAX_WAITING_COUNTED = 900;

/** Of a learner's run, by how many of theirs wait at other assignments. */
export function learnerPriority(waitingElsewhere: number): number {
  return PRIORITY.learner + Math.min(waitingElsewhere, MAX_WAITING_COUNTED);
}
