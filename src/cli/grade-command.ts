import { randomBytes } from 'node:crypto';
import { readFolder } from '../adapters/files/read-folder.ts';
import { composeGrader } from '../compose-grader.ts';
import { DEFAULT_ENGINE_LIMITS as LIMITS } from '../core/engine-limits.ts';
import { renderReport } from './render-report.ts';
import { scenarioNamed } from './scenario-named.ts';
import { styleFor } from './style.ts';
import { tellProgress } from './tell-progress.ts';

export interface GradeRequest {
  readonly scenario: string;
  readonly folder: string;
  readonly json: boolean;
  readonly engineHost?: string;
}

/**
 * Grades a folder and prints the report; progress goes to standard error. Tells whether it passed.
 * @throws Refusal for an unknown scenario or an unreadable folder, GraderFault for the grader's own failures.
 */
export async function gradeCommand(request: GradeRequest, signal: AbortSignal): Promise<boolean> {
  const scenario = await scenarioNamed(request.scenario);
  const { files, leftOut } = await readFolder(request.folder);
  for (const { path, why } of leftOut) process.stderr.write(`left out ${path}: ${why}\n`);
  await using grader = await composeGrader({
    ...(request.engineHost !== undefined && { engineHost: request.engineHost }),
    slots: 1,
    builds: { memoryMiB: LIMITS.buildMemoryMiB, processes: LIMITS.buildProcesses },
    buildCacheGiB: LIMITS.buildCacheGiB,
  });
  const job = { runId: `cli-${randomBytes(6).toString('hex')}`, scenario, files };
  const report = await grader.grade(job, tellProgress, signal);
  process.stdout.write(
    request.json
      ? `${JSON.stringify(report)}\n`
      : renderReport(report, scenario.title, styleFor(process.stdout)),
  );
  return report.verdict === 'passed';
}
