import type { AssignmentFigures } from '../../app/ports/gradebooks.ts';
import type { Statistics } from '../schemas/statistics.ts';

export function statisticsView(figures: AssignmentFigures): Statistics {
  const { learners, scores, passed } = figures;
  return {
    learners,
    submitted: scores.length,
    passed,
    passRate: scores.length === 0 ? 0 : passed / scores.length,
    distribution: Array.from({ length: 10 }, (_item, index) => ({
      from: index * 10,
      to: (index + 1) * 10,
      count: scores.filter((score) => Math.min(9, Math.floor(score / 10)) === index).length,
    })),
    attemptsToPass: figures.attemptsToPass.map((row) => ({ ...row })),
    checks: figures.checks.map((row) => ({ ...row })),
    verdicts: figures.verdicts.map((row) => ({ ...row })),
    medianMsToFirstPass: figures.medianMsToFirstPass,
  };
}
