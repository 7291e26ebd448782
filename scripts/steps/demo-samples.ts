import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { loadSpecimens } from '../../src/adapters/files/load-specimens.ts';
import { composeScenarios } from '../../src/compose-grader.ts';
import type { FileSet } from '../../src/core/file-set.ts';
import type { Scenario } from '../../src/core/scenario-bundle.ts';
import { SetupProblem } from '../../src/machine/setup-problem.ts';
import { PROJECT } from './project.ts';

const SCENARIOS = join(PROJECT, 'scenarios');
const POLL_MS = 500;
const SAMPLE_LIMIT_MS = 5 * 60_000;
const LANES = 2;

/** What src/seed-demo.ts says of the course that it made. */
export const Demo = z.object({
  course: z.string(),
  people: z.array(z.object({ name: z.string(), signIn: z.string() })),
  submitToken: z.string(),
  assignments: z.array(z.object({ id: z.string(), scenario: z.string() })),
});
export type Demo = z.infer<typeof Demo>;

const Accepted = z.object({ id: z.string() });
const Seen = z.object({ status: z.string(), verdict: z.string().nullable(), score: z.number().nullable() });
type Seen = z.infer<typeof Seen>;

/** Submits the starter and a right solution of each lab over HTTP and tells each verdict as it comes. */
export async function gradeSamples(
  api: string,
  demo: Demo,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const scenarios = await composeScenarios(SCENARIOS);
  const waiting = [...demo.assignments];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const scenario = scenarios.get(next.scenario);
      if (scenario === undefined) continue;
      // One after the other: a newer submission would take the place of an older one that still waits.
      for (const sample of await samplesOf(scenario)) {
        const label = `${scenario.id.padEnd(18)} ${sample.what.padEnd(34)}`;
        say(`${label} ${await gradeOne(api, demo, next.id, sample.files, signal)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

interface Sample {
  readonly what: string;
  readonly files: Record<string, string | null>;
}

async function samplesOf(scenario: Scenario): Promise<readonly Sample[]> {
  const specimens = await loadSpecimens(join(SCENARIOS, scenario.id), scenario);
  const solution = specimens.find(({ kind }) => kind === 'solution');
  return [
    { what: 'as handed out', files: {} },
    ...(solution
      ? [{ what: `mended (${solution.name})`, files: changesOf(scenario.starter, solution.files) }]
      : []),
  ];
}

/** The outcome in words; a sample that is refused is told too, and stops nothing. */
async function gradeOne(
  api: string,
  demo: Demo,
  assignment: string,
  files: Sample['files'],
  signal: AbortSignal,
): Promise<string> {
  const startedAt = Date.now();
  const path = `/api/v1/courses/${demo.course}/assignments/${assignment}/submissions`;
  try {
    const { id } = Accepted.parse(await ask(`${api}${path}`, demo.submitToken, signal, { files }));
    const seen = await waitForVerdict(`${api}/api/v1/submissions/${id}`, demo.submitToken, signal);
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    return `${seen.verdict ?? seen.status} ${seen.score ?? '-'}/100 in ${seconds} s`;
  } catch (error) {
    if (!(error instanceof SetupProblem) || signal.aborted) throw error;
    return error.message;
  }
}

async function waitForVerdict(url: string, token: string, signal: AbortSignal): Promise<Seen> {
  const until = Date.now() + SAMPLE_LIMIT_MS;
  for (;;) {
    const seen = Seen.parse(await ask(url, token, signal));
    if (seen.status !== 'queued' && seen.status !== 'running') return seen;
    if (Date.now() > until) throw new SetupProblem(`A sample had no verdict after 5 minutes; see ${url}.`);
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function ask(url: string, token: string, signal: AbortSignal, body?: unknown): Promise<unknown> {
  const content = body === undefined ? undefined : JSON.stringify(body);
  const answer = await fetch(url, {
    method: content === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(content !== undefined && { 'content-type': 'application/json', 'idempotency-key': keyOf(content) }),
    },
    ...(content !== undefined && { body: content }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
  });
  const text = await answer.text();
  if (!answer.ok) throw new SetupProblem(`${url} answered ${answer.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text);
}

/** The same sample at the next start is the same submission, and uses up no further attempt. */
function keyOf(content: string): string {
  return `demo-${createHash('sha256').update(content).digest('hex').slice(0, 32)}`;
}

/** What has to be laid over the starter to get those files; null takes one away. */
export function changesOf(starter: FileSet, files: FileSet): Sample['files'] {
  const changes: Record<string, string | null> = {};
  for (const [path, { bytes }] of files) {
    const before = starter.get(path);
    if (before !== undefined && Buffer.from(before.bytes).equals(bytes)) continue;
    changes[path] = Buffer.from(bytes).toString('utf8');
  }
  for (const path of starter.keys()) if (!files.has(path)) changes[path] = null;
  return changes;
}
