import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { loadSpecimens } from '../../src/adapters/files/load-specimens.ts';
import { composeScenarios } from '../../src/compose-grader.ts';
import { type Demo, changesOf } from '../steps/demo-samples.ts';
import { PROJECT } from '../steps/project.ts';
import type { Visitor } from './visitor.ts';

const SCENARIOS = join(PROJECT, 'scenarios');
const VERDICT_LIMIT_MS = 10 * 60_000;

const Accepted = z.object({ id: z.string() });
const Submission = z.object({
  status: z.string(),
  verdict: z.string().nullable(),
  score: z.number().nullable(),
  attempt: z.number(),
});

/** Somebody of the demo course who hands in specimens over HTTP. */
export interface Learner {
  /** Id of the submission, once it was accepted. */
  submit(lab: string, kind: 'starter' | 'solution'): Promise<string>;
  verdict(id: string, signal: AbortSignal): Promise<z.infer<typeof Submission>>;
}

/** The learner whose token the demo course comes with. */
export async function learnerOf(demo: Demo, visitor: Visitor): Promise<Learner> {
  const scenarios = await composeScenarios(SCENARIOS);
  return {
    async submit(lab, kind) {
      const scenario = scenarios.get(lab);
      if (scenario === undefined) throw new Error(`there is no lab ${lab}`);
      const specimens = await loadSpecimens(join(SCENARIOS, lab), scenario);
      const specimen = specimens.find((each) => each.kind === kind);
      const files = kind === 'starter' || !specimen ? {} : changesOf(scenario.starter, specimen.files);
      const path = `/api/v1/courses/${demo.course}/assignments/${lab}/submissions`;
      return Accepted.parse(await visitor.ask('POST', path, demo.submitToken, { files })).id;
    },
    async verdict(id, signal) {
      const end = Date.now() + VERDICT_LIMIT_MS;
      let last = 'nothing was heard';
      while (Date.now() < end) {
        // While a service is started again, an answer may be an error for some seconds.
        const answer = await visitor.ask('GET', `/api/v1/submissions/${id}`, demo.submitToken).catch(String);
        const seen = Submission.safeParse(answer);
        if (seen.success && !['queued', 'running'].includes(seen.data.status)) return seen.data;
        last = seen.success ? seen.data.status : String(answer);
        await sleep(500, undefined, { signal });
      }
      throw new Error(`submission ${id} had no verdict after ${VERDICT_LIMIT_MS / 1000} s: ${last}`);
    },
  };
}
