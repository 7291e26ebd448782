/** Labels of everything that the grader creates in an engine. */
export const LABEL = {
  /** Id of the pool of benches, one a worker, that an agent serves. */
  pool: 'labgrader.pool',
  /** Id of the bench that a network, an agent or a container belongs to. */
  bench: 'labgrader.bench',
  /** Id of the run that a container, a volume or an image belongs to. */
  run: 'labgrader.run',
  /** `prober` or `inspector`: the grader's own containers. */
  agent: 'labgrader.agent',
} as const;
