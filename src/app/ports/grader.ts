import type { Report } from '../../core/report.ts';
import type { GradeJob, RunListener } from '../grade-job.ts';

/**
 * Grades one submission. What it finds wrong with the learner's work is the report.
 * @throws GraderFault for the grader's own failures; whatever `signal` was aborted with once it was.
 */
export type Grader = (job: GradeJob, listener: RunListener, signal: AbortSignal) => Promise<Report>;
