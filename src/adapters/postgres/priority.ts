/** Lower goes first: staff's trials, then learners by how many of theirs wait already, then regrades. */
export const PRIORITY = { probe: 1, learner: 10, regrade: 1000 } as const;
