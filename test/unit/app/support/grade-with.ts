import { z } from 'zod';
import { grade } from '../../../../src/app/grade.ts';
import { checkKind, type CheckKind } from '../../../../src/app/ports/check-kind.ts';
import type { CheckOutcome } from '../../../../src/core/check-result.ts';
import { textFile } from '../../../../src/core/file-set.ts';
import { ScenarioFile } from '../../../../src/core/scenario.ts';
import type { RunEvent } from '../../../../src/core/run-event.ts';
import { SERVICE } from '../../checks/support/fake-subject.ts';
import { fakeBench, type BenchBehaviour } from './fake-bench.ts';

const signal = AbortSignal.timeout(20_000);
export const STARTER = new Map([
  ['Dockerfile', textFile('FROM python:3.11-slim\n')],
  ['src/appcore/build_id.py', textFile('BUILD_ID = "dev"\n')],
]);

export function outcome(status: CheckOutcome['status'], finding?: string): CheckOutcome {
  return {
    status,
    ...(finding !== undefined && { finding }),
    observed: `seen ${status}`,
    expected: 'something',
    explanation: 'because',
    evidence: [],
  };
}

export function kind(name: string, run: CheckKind['run'], rest: Partial<CheckKind> = {}): CheckKind {
  const schema = z.strictObject({});
  return checkKind({ name, schema, findings: ['special'], needs: 'answer', use: 'shared', run, ...rest });
}

export function gradeWith(
  kinds: readonly CheckKind[],
  behaviour: BenchBehaviour = {},
  options: { readonly passMark?: number; readonly files?: typeof STARTER } = {},
) {
  const bench = fakeBench(behaviour);
  const events: RunEvent[] = [];
  const points = Math.floor(100 / kinds.length);
  const file = ScenarioFile.parse({
    id: 'trial',
    title: 'A trial',
    summary: 'A scenario for tests of grading.',
    part: 'D.0',
    passMark: options.passMark ?? 100,
    limits: { startSeconds: 1 },
    checks: kinds.map(({ name }, index) => ({
      id: name,
      kind: name,
      title: `Check ${name}`,
      points: index === 0 ? 100 - points * (kinds.length - 1) : points,
      hints: { default: 'Look around.', special: 'Look there.' },
    })),
  });
  const scenario = { ...file, digest: 'd', briefing: '', starter: STARTER };
  const image = {
    from: 'build' as const,
    build: { context: '.', dockerfilePath: 'Dockerfile', dockerfile: 'FROM x', args: {}, labels: {} },
  };
  const plan = { services: [{ ...SERVICE, image }], graded: 'api', networks: ['default'], volumes: [] };
  const report = grade(
    {
      benches: { take: () => Promise.resolve(bench) },
      policy: () => ({ accepted: true, plan, notices: [] }),
      kinds: new Map(kinds.map((each) => [each.name, each])),
    },
    { runId: 'r1', scenario, files: options.files ?? STARTER },
    (event) => events.push(event),
    signal,
  );
  return { report, bench, events };
}
