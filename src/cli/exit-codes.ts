/** 0 passed or done, 1 graded but not passed, 2 wrong usage or refused, 3 the grader's or the service's own fault. */
export const EXIT = { done: 0, notPassed: 1, usage: 2, fault: 3 } as const;
