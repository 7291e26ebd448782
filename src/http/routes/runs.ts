import { z } from 'zod';
import { isStaff, notFound } from '../../app/actor.ts';
import { retryRun } from '../../app/change-run.ts';
import { uuidOf } from '../is-uuid.ts';
import { type Route, changing, ok, reading, route, toPerson } from '../route.ts';
import { RunDetail } from '../schemas/submission.ts';
import type { Service } from '../service.ts';
import { runSummary, submissionSummary } from '../views/submission-view.ts';

export function runRoutes(service: Service): Route[] {
  return [
    route(
      {
        ...reading,
        path: '/runs/:run',
        tag: 'Operations',
        summary: 'One run in full, for staff',
        access: toPerson('read'),
        answer: ok(RunDetail, 'The run'),
      },
      async (actor, { params }) => {
        const run = await service.runs.find(uuidOf(params('run')));
        const submission = run && (await service.submissions.find(run.submissionId));
        if (!run || !submission || !isStaff(actor, submission.courseId)) throw notFound('run');
        return {
          ...runSummary(run, submission.countingRunId),
          submission: submissionSummary(submission),
          report: await service.runs.report(run.id),
          fault: run.faultMessage,
          scenario: run.scenario,
          scenarioDigest: run.scenarioDigest,
        };
      },
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: '/runs/:run/retry',
        tag: 'Operations',
        summary: 'Try a run again that the grader had given up',
        access: toPerson('teach'),
        answer: { status: 202, description: 'Queued', schema: z.undefined() },
      },
      async (actor, { params }) => {
        await retryRun(service, actor, uuidOf(params('run')));
        return undefined;
      },
    ),
  ];
}
